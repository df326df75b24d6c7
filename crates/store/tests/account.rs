//! Accounts, sessions and tokens on a real database.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use cairn_core::id::{LaboratoryId, UserId};
use cairn_core::token_scope::TokenScopes;
use cairn_core::user::{Purpose, User, UserRole};
use cairn_store::session::{Method, NewSession, SessionTimes};
use cairn_store::{Store, account, api_token, laboratory, session};
use jiff::{Timestamp, ToSpan};

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn anna() -> User {
    User {
        id: UserId::from_random(7),
        laboratory: LaboratoryId::from_random(1),
        username: "anna".to_owned(),
        name: "Anna".to_owned(),
        role: UserRole::ClinicalScientist,
    }
}

async fn store_with_anna() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_at(&support::home(folder.path())).await.unwrap();
    let mut writer = store.write().await.unwrap();
    let (entry, _) = writer.enter(now()).await.unwrap();
    laboratory::add(&mut writer, entry, LaboratoryId::from_random(1), "North", None, true).await.unwrap();
    assert!(account::add(&mut writer, &anna(), "hash", now()).await.unwrap());
    writer.commit().await.unwrap();
    (store, folder)
}

#[tokio::test]
async fn a_username_is_taken_once_and_found_in_any_case() {
    let (store, _folder) = store_with_anna().await;
    let mut writer = store.write().await.unwrap();
    let second = User { id: UserId::from_random(8), ..anna() };
    assert!(!account::add(&mut writer, &second, "other", now()).await.unwrap());
    let found = account::to_sign_in(&mut writer, " ANNA").await.unwrap();
    assert_eq!(found, Some((anna(), "hash".to_owned())));
    assert_eq!(account::to_sign_in(&mut writer, "berta").await.unwrap(), None);
    let elsewhere = Some(LaboratoryId::from_random(2));
    assert_eq!(account::list(&mut writer, elsewhere).await.unwrap().len(), 0);
    assert_eq!(account::list(&mut writer, None).await.unwrap()[0].user, anna());
}

#[tokio::test]
async fn an_account_needs_a_laboratory_of_this_node() {
    let (store, _folder) = store_with_anna().await;
    let mut writer = store.write().await.unwrap();
    let stray = User { laboratory: LaboratoryId::from_random(9), username: "stray".to_owned(), ..anna() };
    assert!(account::add(&mut writer, &stray, "hash", now()).await.is_err());
}

#[tokio::test]
async fn sessions_are_found_seen_swept_and_ended() {
    let (store, _folder) = store_with_anna().await;
    let mut writer = store.write().await.unwrap();
    let times = SessionTimes::beginning(now(), now() + 12.hours());
    let new = |id, digest| NewSession {
        id,
        digest,
        user: anna().id,
        method: Method::Password,
        second_factor: false,
        browser: "Firefox on Linux",
        times,
    };
    session::begin(&mut writer, &new(1, "digest")).await.unwrap();
    let (user, found) = session::find(&mut writer, "digest").await.unwrap().unwrap();
    assert_eq!((user, found.times, found.method), (anna(), times, Method::Password));
    assert!(!times.is_stale(now() + 59.seconds()) && times.is_stale(now() + 60.seconds()));

    session::seen(&mut writer, "digest", now() + 5.minutes()).await.unwrap();
    assert_eq!(session::sweep(&mut writer, now() + 4.minutes(), now() + 5.minutes()).await.unwrap(), 0);
    assert_eq!(session::sweep(&mut writer, now() + 6.minutes(), now() + 7.minutes()).await.unwrap(), 1);

    session::begin(&mut writer, &new(2, "a")).await.unwrap();
    session::begin(&mut writer, &new(3, "b")).await.unwrap();
    session::begin(&mut writer, &new(4, "c")).await.unwrap();
    let listed = session::list(&mut writer, anna().id, now() - 1.minutes(), now()).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id.trim_start_matches('0')).collect::<Vec<_>>(), ["4", "3", "2"]);
    assert_eq!(session::list(&mut writer, anna().id, now(), now()).await.unwrap(), [], "all idle");
    assert!(!session::end_named(&mut writer, UserId::from_random(8), &listed[0].id).await.unwrap());
    assert!(session::end_named(&mut writer, anna().id, &listed[0].id).await.unwrap());
    assert!(session::confirm(&mut writer, "b", "b2", true, now() + 1.minutes()).await.unwrap());
    assert!(!session::confirm(&mut writer, "b", "b3", true, now()).await.unwrap(), "the old cookie is dead");
    let (_, found) = session::find(&mut writer, "b2").await.unwrap().unwrap();
    assert_eq!((found.second_factor, found.times.confirmed), (true, now() + 1.minutes()));
    session::end(&mut writer, "a").await.unwrap();
    assert_eq!(session::find(&mut writer, "a").await.unwrap(), None);
    assert_eq!(session::end_all(&mut writer, anna().id).await.unwrap(), 1);
}

#[tokio::test]
async fn a_token_is_good_until_its_owner_ends_it() {
    let (store, _folder) = store_with_anna().await;
    let mut writer = store.write().await.unwrap();
    let new = api_token::NewApiToken {
        id: 5,
        digest: "digest",
        user: anna().id,
        name: "LIMS",
        purpose: Purpose::ClinicalCare,
        scopes: TokenScopes::usual(),
        created: now(),
        expires: Some(now() + 1.hours()),
        client: None,
    };
    api_token::add(&mut writer, &new).await.unwrap();
    let found = api_token::find(&mut writer, "digest", now()).await.unwrap().unwrap();
    assert_eq!(found.scopes, TokenScopes::usual());
    assert!(!found.is_over(now()) && found.is_over(now() + 1.hours()), "one that is kept in memory ends too");
    assert_eq!(api_token::find(&mut writer, "digest", now() + 1.hours()).await.unwrap(), None, "it ends by itself");
    assert_eq!((&found.user, found.purpose, found.is_stale(now())), (&anna(), Purpose::ClinicalCare, true));
    api_token::seen(&mut writer, "digest", now()).await.unwrap();
    let id = api_token::list(&mut writer, anna().id, now()).await.unwrap().remove(0).id;
    let other = UserId::from_random(8);
    assert!(!api_token::revoke(&mut writer, other, &id, now()).await.unwrap());
    assert!(api_token::revoke(&mut writer, anna().id, &id, now()).await.unwrap());
    assert_eq!(api_token::find(&mut writer, "digest", now()).await.unwrap(), None);
    assert_eq!(api_token::list(&mut writer, anna().id, now()).await.unwrap(), []);
}
