//! `docs/reference/cli.md` says what the commands say of themselves.

use clap::{Arg, Command, CommandFactory};
use std::fmt::Write;
use std::path::Path;

/// The page of all commands.
fn page() -> String {
    let mut text = "# Commands\n\nMade from the program's own help; `cairn COMMAND --help` says the same.\n".to_owned();
    let mut cairn = crate::Cairn::command();
    cairn.build();
    cairn.get_subcommands().filter(|command| command.get_name() != "help").for_each(|command| add(&mut text, command));
    text
}

/// A command with those below it.
fn add(text: &mut String, command: &Command) {
    let below: Vec<&Command> = command.get_subcommands().filter(|one| one.get_name() != "help").collect();
    if below.is_empty() {
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").to_owned();
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
        let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n## `{name}`\n\n{}\n\n```\n{usage}\n```", about.unwrap_or_default().trim());
        let shown: Vec<&Arg> = command.get_arguments().filter(|arg| !is_common(arg)).collect();
        if !shown.is_empty() {
            text.push_str("\n| argument | meaning |\n|---|---|\n");
        }
        for arg in shown {
            let help = arg.get_long_help().or_else(|| arg.get_help()).map(ToString::to_string).unwrap_or_default();
            let help = help.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
            let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
            let given = match defaults.is_empty() || !arg.get_action().takes_values() {
                true => String::new(),
                false => format!(" (`{}` when not given)", defaults.join(" ")),
            };
            let _ = writeln!(text, "| `{}` | {help}{given} |", written(arg).replace('|', "\\|"));
        }
    }
    below.into_iter().for_each(|command| add(text, command));
}

fn is_common(arg: &Arg) -> bool {
    arg.is_hide_set() || ["help", "version"].contains(&arg.get_id().as_str())
}

/// `--data DIR`, `FILE…`.
fn written(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    match arg.get_long() {
        Some(long) if arg.get_action().takes_values() => format!("--{long} {names}"),
        Some(long) => format!("--{long}"),
        None if arg.get_num_args().is_some_and(|range| range.max_values() > 1) => format!("{names}…"),
        None => names,
    }
}

#[test]
fn the_page_of_commands_is_as_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/cli.md");
    let page = page();
    if std::env::var_os("CAIRN_WRITE_CLI_PAGE").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let remedy =
        "run `CAIRN_WRITE_CLI_PAGE=1 cargo xtask test -p cairn the_page_of_commands` and look at the difference";
    assert!(kept == page, "docs/reference/cli.md is not what the commands say: {remedy}");
}
