//! The combining rules of a specification. A rule that cannot be followed exactly refuses the file:
//! a class from half the rules would be wrong.

use serde_json::{Map, Value, json};

use super::GuidelineError;
use super::cspec::{STRENGTHS, text};

/// The product's own form of a table of rules.
pub(super) fn method(rules: &[Value], provenance: &str) -> Result<Value, GuidelineError> {
    let mut own = Vec::new();
    for json in rules {
        let rule = rule(json, provenance)?;
        let name = rule["id"].as_str().unwrap_or_default().to_owned();
        let before =
            own.iter().filter(|known: &&Value| known["id"].as_str().is_some_and(|id| base(id) == name)).count();
        let mut rule = rule;
        if before > 0 {
            rule["id"] = json!(format!("{name} ({})", char::from(b'a' + u8::try_from(before).unwrap_or(25).min(25))));
        }
        own.push(rule);
    }
    let exactly_one = |rule: &Value| rule["needs"]["very_strong"] == 1;
    if own.iter().any(exactly_one) && !own.iter().any(|rule| rule["needs"]["very_strong"] == 2) {
        own.push(json!({
            "id": "undefined: several very strong", "class": null, "direction": "pathogenic",
            "text": "several criteria at very strong and nothing that a rule asks for beside them: no rule, a person decides",
            "needs": {"very_strong": 2}, "provenance": "our remark: the rules ask for exactly 1 very strong",
        }));
    }
    Ok(json!({
        "kind": "rules",
        "rules": own,
        "conflict": {"class": "uncertain_significance", "text": "criteria for benign and pathogenic are contradictory", "provenance": provenance},
        "otherwise": {"class": "uncertain_significance", "text": "no combination of the panel's rules is met", "provenance": provenance},
    }))
}

fn base(id: &str) -> &str {
    id.split(" (").next().unwrap_or(id)
}

fn rule(json: &Value, provenance: &str) -> Result<Value, GuidelineError> {
    let name = text(json, &["rule"]).unwrap_or("without a name").to_owned();
    let refuse = |why: String| GuidelineError::Rule { rule: name.clone(), why };
    let inference = text(json, &["inference"]).unwrap_or_default();
    let class = match inference {
        "Pathogenic" => "pathogenic",
        "Likely Pathogenic" => "likely_pathogenic",
        "Likely Benign" => "likely_benign",
        "Benign" => "benign",
        other => return Err(refuse(format!("its outcome `{other}` is none that is known"))),
    };
    let (mut needs, mut only, mut words, mut side) = (Map::new(), Map::new(), Vec::new(), None);
    for condition in json["conditions"].as_array().into_iter().flatten() {
        let path = text(condition, &["partitionPath"]).unwrap_or_default();
        let (direction, strength) =
            path.split_once('.').ok_or_else(|| refuse(format!("`{path}` is no side and strength")))?;
        if side.replace(direction.to_lowercase()).is_some_and(|before| before != direction.to_lowercase()) {
            return Err(refuse("it mixes criteria for and against".to_owned()));
        }
        let known = STRENGTHS.iter().find(|(registry, _)| registry.eq_ignore_ascii_case(strength));
        let (registry, strength) = known.ok_or_else(|| refuse(format!("the strength `{strength}` is not known")))?;
        let asked = text(condition, &["condition"]).unwrap_or_default();
        let count =
            asked.strip_prefix("==").or_else(|| asked.strip_prefix(">=")).and_then(|n| n.trim().parse::<u16>().ok());
        let count =
            count.filter(|n| *n > 0).ok_or_else(|| refuse(format!("the condition `{asked}` is not understood")))?;
        if needs.insert((*strength).to_owned(), json!(count)).is_some() {
            return Err(refuse(format!("it asks twice for {registry}")));
        }
        let codes = condition["applicableCriteriaCodes"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let codes: Vec<&str> = codes.map(|code| code.split('_').next().unwrap_or(code)).collect();
        if !codes.is_empty() {
            only.insert((*strength).to_owned(), json!(codes));
        }
        let least = if asked.starts_with('>') { "at least " } else { "" };
        words.push(format!("{least}{count} {}", registry.to_lowercase().replace("stand alone", "stand-alone")));
    }
    let direction = side.ok_or_else(|| refuse("it has no conditions".to_owned()))?;
    Ok(json!({
        "id": name, "class": class, "direction": direction, "text": words.join(" and "),
        "needs": needs, "only": only, "provenance": format!("{provenance}, {name}"),
    }))
}
