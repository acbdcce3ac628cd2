//! Base64, URLs, paths, versions and hashes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{Answer, Function, function, text};
use crate::estate::kql::{
    expr::Context,
    value::{Ty, Value},
};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) const ALL: &[Function] = &[
    function("base64_encode_tostring", 1, 1, Ty::Text, |_, a| {
        Ok(Value::text(base64_encode(text(a, 0).as_bytes())))
    }),
    function("base64_encodestring", 1, 1, Ty::Text, |_, a| {
        Ok(Value::text(base64_encode(text(a, 0).as_bytes())))
    }),
    function("base64_decode_tostring", 1, 1, Ty::Text, base64_decode_tostring),
    function("base64_decodestring", 1, 1, Ty::Text, base64_decode_tostring),
    function("url_encode", 1, 1, Ty::Text, url_encode),
    function("url_encode_component", 1, 1, Ty::Text, url_encode),
    function("url_decode", 1, 1, Ty::Text, url_decode),
    function("parse_url", 1, 1, Ty::Dynamic, parse_url),
    function("parseurl", 1, 1, Ty::Dynamic, parse_url),
    function("parse_urlquery", 1, 1, Ty::Dynamic, |_, a| {
        Ok(Value::owned(
            json!({ "Query Parameters": query_parameters(text(a, 0).trim_start_matches('?')) }),
        ))
    }),
    function("parse_path", 1, 1, Ty::Dynamic, parse_path),
    function("parse_version", 1, 1, Ty::Decimal, parse_version),
    function("hash_sha256", 1, 1, Ty::Text, hash_sha256),
];

fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut word = [0_u8; 4];
        word.iter_mut().skip(1).zip(chunk).for_each(|(to, from)| *to = *from);
        let bits = u32::from_be_bytes(word);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'=');
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let digits = text.trim_end_matches('=');
    let mut out = Vec::new();
    for chunk in digits.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in chunk {
            bits = (bits << 6)
                | u32::try_from(ALPHABET.iter().position(|letter| letter == byte)?).ok()?;
        }
        bits <<= 6 * (4 - chunk.len());
        let whole = chunk.len().checked_sub(1).filter(|bytes| *bytes > 0)?;
        out.extend(bits.to_be_bytes().iter().skip(1).take(whole));
    }
    Some(out)
}

fn base64_decode_tostring<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let decoded =
        base64_decode(&text(arguments, 0)).and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(decoded.map_or_else(|| Ty::Text.absent(), Value::text))
}

fn url_encode<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(Value::text(utf8_percent_encode(&text(arguments, 0), UNRESERVED).to_string()))
}

fn url_decode<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(Value::text(
        percent_decode_str(&text(arguments, 0).replace('+', " ")).decode_utf8_lossy().into_owned(),
    ))
}

fn query_parameters(query: &str) -> Json {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    Json::Object(
        pairs.map(|(name, value)| (name.into_owned(), Json::from(value.into_owned()))).collect(),
    )
}

fn parse_url<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Ok(url) = url::Url::parse(&text(arguments, 0)) else {
        return Ok(Value::Null);
    };
    Ok(Value::owned(json!({
        "Scheme": url.scheme(),
        "Host": url.host_str().unwrap_or(""),
        "Port": url.port().map_or_else(String::new, |port| port.to_string()),
        "Path": url.path(),
        "Username": url.username(),
        "Password": url.password().unwrap_or(""),
        "Query Parameters": query_parameters(url.query().unwrap_or("")),
        "Fragment": url.fragment().unwrap_or(""),
    })))
}

fn parse_path<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let whole = text(arguments, 0);
    let (scheme, path) = whole.split_once("://").unwrap_or(("", &whole));
    let (directory, file) = path
        .rfind(['/', '\\'])
        .map_or(("", path), |at| (path.get(..at).unwrap_or(""), path.get(at + 1..).unwrap_or("")));
    let root = path.find(['/', '\\']).and_then(|at| path.get(..at)).unwrap_or("");
    let name = directory.rsplit(['/', '\\']).next().unwrap_or("");
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(Value::owned(json!({
        "Scheme": scheme, "RootPath": root, "DirectoryPath": directory, "DirectoryName": name,
        "Filename": file, "Extension": extension, "AlternateDataStreamName": "",
    })))
}

/// Up to four parts as one comparable number.
fn parse_version<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let version = text(arguments, 0);
    let parts: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    let Some(parts) = parts.filter(|parts| parts.len() <= 4) else {
        return Ok(Value::Null);
    };
    let padded = parts.iter().copied().chain(std::iter::repeat(0)).take(4);
    Ok(Value::Real(padded.fold(0.0, |sum, part| sum * 100_000_000.0 + f64::from(part))))
}

fn hash_sha256<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let text = text(arguments, 0);
    cx.spend(text.len() / 8)?;
    let digest = Sha256::digest(text.as_bytes());
    Ok(Value::text(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}
