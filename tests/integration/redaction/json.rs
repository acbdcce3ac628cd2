//! Secrets in JSON: by their look and by their key.

use opscopilot::redact::redact_json;
use serde_json::{Value, json};

fn redacted(mut value: Value) -> Value {
    redact_json(&mut value);
    value
}

#[test]
fn strings_under_telling_keys_go_whole() {
    let found = redacted(json!({
        "password": "plain words", "adminPassword": "a", "secret": "s", "client_secret": "c",
        "accountKey": "k", "primaryKey": "p", "sharedAccessKey": "q", "apiKeys": 3,
        "connectionString": "Server=tcp:x;Authentication=None",
        "keys": { "accessToken": ["one", "two"] },
    }));
    assert_eq!(
        found,
        json!({
            "password": "[redacted:password]", "adminPassword": "[redacted:password]",
            "secret": "[redacted:secret]", "client_secret": "[redacted:client-secret]",
            "accountKey": "[redacted:account-key]", "primaryKey": "[redacted:access-key]",
            "sharedAccessKey": "[redacted:access-key]", "apiKeys": 3,
            "connectionString": "[redacted:connection-string]",
            "keys": { "accessToken": ["[redacted:token]", "[redacted:token]"] },
        })
    );
}

#[test]
fn the_value_of_a_setting_is_known_by_its_name() {
    let found = redacted(json!([
        { "name": "DB_PASSWORD", "value": "hunter2" },
        { "name": "WEBSITE_RUN_FROM_PACKAGE", "value": "1" },
        { "keyName": "key1", "permissions": "FULL", "value": "abc" },
        { "key1": "0123456789abcdef0123456789abcdef", "key2": "a plain value" },
    ]));
    assert_eq!(found[0]["value"], "[redacted:password]");
    assert_eq!(found[1]["value"], "1");
    assert_eq!(found[2]["value"], "[redacted:account-key]");
    assert_eq!(found[3], json!({ "key1": "[redacted:access-key]", "key2": "a plain value" }));
}

#[test]
fn what_is_no_secret_stays() {
    let harmless = json!({
        "id": "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
        "password": null, "secret": { "enabled": true }, "clientSecret": "",
        "secretName": "db-password", "secretUri": "https://kv.vault.azure.net/secrets/db/1",
        "sharedAccessKeyName": "RootManageSharedAccessKey", "nextToken": "abc", "key": "value",
        "code": "NotFound", "tokenType": "Bearer", "passwordProfile": { "forceChange": true },
        "dbPassword": "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/db)",
        "adminPassword": "********", "type": "securestring", "count": 12, "share": 0.4137,
    });
    assert_eq!(redacted(harmless.clone()), harmless);
}

#[test]
fn secrets_inside_longer_strings_go_alone() {
    let found = redacted(json!({ "log": ["GET /api?code=aB3dEfGhIjKlMnOpQrSt 200"] }));
    assert_eq!(found["log"][0], "GET /api?code=[redacted:function-key] 200");
}

#[test]
fn deep_json_is_no_danger() {
    let mut value = json!("Password=hunter2;");
    for _ in 0..5_000 {
        value = Value::Array(vec![value]);
    }
    redact_json(&mut value);
    let mut inner = &value;
    while let Value::Array(items) = inner {
        inner = &items[0];
    }
    assert_eq!(inner, "Password=[redacted:password];");
    // The drop of such a value recurses: take it apart.
    while let Value::Array(mut items) = value {
        value = items.remove(0);
    }
}
