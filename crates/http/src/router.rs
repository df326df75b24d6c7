//! Every route of the node.

use crate::app::Shared;
use crate::pages::{
    account, alert_settings, alerts, case, condition, confirm, contribute, discordance, drafts, frame, gene, guideline,
    home, job, laboratory, ledger, passkeys, peers, penetrance, phenotype, provider, region, search, second_factor,
    sign_in, since, statement, statistics, submission, suggestions, variant, worklist,
};
use crate::sign_in::fresh;
use crate::{api, assets, headers, health, lanes, log, pace, person};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

/// The node over HTTP.
pub fn router(app: Shared) -> Router {
    Router::new()
        .merge(pages())
        .merge(guarded(&app))
        .merge(api::v1::routes(&app))
        .merge(log::routes())
        .route("/oauth2/token", post(api::oauth2::token))
        .route("/.well-known/smart-configuration", get(api::oauth2::configuration))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(from_fn_with_state(app.clone(), frame::dress))
        .layer(from_fn_with_state(app.clone(), person::identify))
        .layer(from_fn_with_state(app.clone(), lanes::admit))
        .layer(from_fn(pace::keep))
        .route("/assets/{digest}/{name}", get(assets::get))
        .route("/healthz", get(health::readyz))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .layer(from_fn_with_state(app.clone(), health::measure))
        .layer(from_fn(headers::guard))
        .layer(CompressionLayer::new())
        .with_state(app)
}

fn pages() -> Router<Shared> {
    Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/variants/{expression}", get(variant::show))
        .route("/variants/{expression}/suggestions", get(suggestions::show).post(suggestions::take::take))
        .route("/contribute", get(contribute::show).post(contribute::upload).layer(DefaultBodyLimit::disable()))
        .route("/contribute/{id}", get(contribute::look))
        .route("/contribute/{id}/columns", post(contribute::save_columns))
        .route("/contribute/{id}/import", post(contribute::import))
        .route("/contribute/{id}/discard", post(contribute::discard))
        .route("/jobs/{id}", get(job::show))
        .route("/search", get(search::show))
        .route("/search/complete", get(search::complete))
        .route("/variants/{expression}/since", get(since::show))
        .route("/guidelines", get(guideline::list))
        .route("/guidelines/compare", get(guideline::compare))
        .route("/guidelines/{address}", get(guideline::show))
        .route("/statistics", get(statistics::show))
        .route("/genes/{symbol}", get(gene::show))
        .route("/regions/{region}", get(region::show))
        .route("/conditions/{condition}", get(condition::show))
        .route("/phenotypes/{term}", get(phenotype::show))
        .route("/peers", get(peers::show))
        .route("/laboratories", get(laboratory::list))
        .route("/laboratories/{slug}", get(laboratory::show))
        .route("/discordances", get(discordance::queue::show))
        .route("/discordances/analytics", get(discordance::analytics::show))
        .route("/discordances/conditions", get(discordance::conditions::show).post(discordance::conditions::name))
        .route("/discordances/{accession}", get(discordance::workspace::show))
        .route("/discordances/{accession}/{act}", post(discordance::act))
        .route("/ledger", get(ledger::show))
        .route("/ledger/verifier.html", get(ledger::verifier))
        .route("/ledger/{year}/{entry}", get(ledger::entry))
        .route("/statements/{accession}", get(statement::show))
        .route("/cases", get(crate::pages::cases::list))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/consent/{step}", post(crate::pages::consent::step))
        .route("/break-glass", get(crate::pages::consent::break_glass).post(crate::pages::consent::broken))
        .route("/reviews", get(crate::pages::consent::reviews))
        .route("/reviews/{id}", post(crate::pages::consent::review))
        .route("/submissions/{accession}", get(submission::show))
        .route("/genes/{symbol}/validity", get(drafts::validity::show).post(drafts::validity::begin))
        .route("/genes/{symbol}/penetrance", get(penetrance::show))
        .route("/genes/{symbol}/validity.tsv", get(drafts::validity::table))
        .route("/genes/{symbol}/validity/{id}", get(drafts::sheet::sheet))
        .route("/drafts", get(drafts::list::show).post(drafts::new::begin))
        .route("/drafts/new", get(drafts::new::show))
        .route("/drafts/{id}", get(drafts::show::show).post(drafts::save::save))
        .route("/drafts/{id}/since", get(drafts::since::since))
        .route("/drafts/{id}/accept", post(drafts::suggested::accept))
        .route("/drafts/{id}/settle", post(drafts::save::settle))
        .route("/drafts/{id}/fill", post(drafts::save::fill))
        .route("/drafts/{id}/statement.json", get(drafts::act::file))
        .route("/drafts/{id}/{act}", post(drafts::act::act))
        .route("/alerts", get(alerts::show))
        .route("/alerts/settings", get(alert_settings::show))
        .route("/alerts/settings/subscriptions", post(alert_settings::subscribe))
        .route("/alerts/settings/subscriptions/{id}/end", post(alert_settings::unsubscribe))
        .route("/alerts/{id}", get(alerts::notice))
        .route("/alerts/{id}/acknowledge", post(alerts::acknowledge))
        .route("/worklists/vus", get(worklist::uncertain))
        .route("/worklists/stale", get(worklist::stale))
        .route("/drafts/settings", get(drafts::settings::show))
        .route("/sign-in/provider", get(provider::sign_in))
        .route("/sign-in/provider/back", get(provider::back))
        .route("/confirm/provider", get(provider::confirm))
        .route("/sign-in/passkey", post(passkeys::sign_in))
        .route("/confirm/passkey", post(passkeys::confirm))
        .route("/confirm", get(confirm::show).post(confirm::confirm))
        .route("/account", get(account::show))
        .route("/account/sign-out-everywhere", post(account::sessions::end_all))
}

/// What a person may do only after a proof of who they are from the last minutes: exports, policy, tokens,
/// second factors, people's accounts.
fn guarded(app: &Shared) -> Router<Shared> {
    Router::new()
        .route("/discordances/export.csv", get(discordance::queue::export))
        .route("/laboratories/{slug}/contact", post(laboratory::set_contact))
        .route("/drafts/settings", post(drafts::settings::save))
        .route("/alerts/settings/policy", post(alert_settings::set_policy))
        .route("/alerts/settings/webhooks", post(alert_settings::add_webhook))
        .route("/alerts/settings/webhooks/{id}/end", post(alert_settings::end_webhook))
        .route("/account/tokens", post(account::tokens::make))
        .route("/account/tokens/{token}/end", post(account::tokens::end))
        .route("/account/sessions/{session}/end", post(account::sessions::end))
        .route("/account/second-factor", get(second_factor::show).post(second_factor::set_up))
        .route("/account/second-factor/remove", post(second_factor::remove))
        .route("/account/second-factor/codes", post(second_factor::new_codes))
        .route("/account/provider", get(provider::link))
        .route("/account/passkeys", get(passkeys::show).post(passkeys::add))
        .route("/account/passkeys/{passkey}/end", post(passkeys::end))
        .route("/account/people/{username}/{act}", post(account::people::act))
        .route_layer(from_fn_with_state(app.clone(), fresh::guard))
}
