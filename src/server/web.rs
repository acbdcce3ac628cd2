//! The embedded web client: its files, compressed where the browser takes that, cached for as long
//! as their names allow, under a policy that lets the page load nothing from anywhere else.
//!
//! The table of files is made by `build.rs`. Nothing here knows what the page does.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
    routing::get,
};

include!(concat!(env!("OUT_DIR"), "/web_assets.rs"));

/// A file of the client.
struct Asset {
    /// Its path in the URL; the page itself is `/`.
    path: &'static str,
    content_type: &'static str,
    /// Quoted, of the file as it is.
    etag: &'static str,
    /// The name holds a hash of the content, so that the file never changes under it.
    hashed: bool,
    plain: &'static [u8],
    gzip: Option<&'static [u8]>,
}

/// The page and its assets.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        router
            .route(asset.path, get(move |headers: HeaderMap| async move { asset.answer(&headers) }))
    })
}

impl Asset {
    fn answer(&self, request: &HeaderMap) -> Response<Body> {
        let packed = self.gzip.filter(|_| accepts_gzip(request));
        let unchanged = matches_etag(request, self.etag);
        let body = if unchanged { Body::empty() } else { Body::from(packed.unwrap_or(self.plain)) };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(header::ETAG, HeaderValue::from_static(self.etag));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.caching()));
        for (name, value) in SECURITY_HEADERS {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }

    fn caching(&self) -> &'static str {
        if self.hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
    }
}

/// Whether gzip may be sent: named or `*`, and not with a weight of nought.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let offers = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut any = false;
    for offer in offers {
        let (coding, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
        let wanted = weight.unwrap_or(1.0) > 0.0;
        match coding.trim() {
            coding if coding.eq_ignore_ascii_case("gzip") => return wanted,
            "*" => any = wanted,
            _ => {}
        }
    }
    any
}

/// Whether the browser has this version; a weak validator counts, as it does for GET.
fn matches_etag(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn fetch(path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    fn header_of<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn the_page_is_served_under_a_policy_that_allows_no_other_host() {
        let page = fetch("/", &[]).await;
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(header_of(&page, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header_of(&page, "cache-control"), "no-cache");
        assert_eq!(header_of(&page, "x-frame-options"), "DENY");
        let policy = header_of(&page, "content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{rule} is not in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    }

    #[tokio::test]
    async fn every_file_is_revalidated_by_its_etag() {
        for asset in ASSETS {
            let first = fetch(asset.path, &[]).await;
            let etag = header_of(&first, "etag").to_owned();
            for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".into()] {
                let again = fetch(asset.path, &[("if-none-match", &known)]).await;
                assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            }
            let other = fetch(asset.path, &[("if-none-match", "\"x\"")]).await;
            assert_eq!(other.status(), StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn only_names_that_hold_a_hash_are_kept_for_ever() {
        for asset in ASSETS {
            let caching = header_of(&fetch(asset.path, &[]).await, "cache-control").to_owned();
            assert_eq!(caching.contains("immutable"), asset.path.starts_with("/assets/"));
        }
    }

    #[tokio::test]
    async fn gzip_goes_only_to_browsers_that_take_it() {
        for asset in ASSETS.iter().filter(|asset| asset.gzip.is_some()) {
            for (offer, wanted) in [
                ("gzip, deflate, br", "gzip"),
                ("br;q=1.0, GZIP;q=0.5", "gzip"),
                ("*", "gzip"),
                ("gzip;q=0, *", ""),
                ("br", ""),
                ("identity;q=1, *;q=0", ""),
            ] {
                let got = fetch(asset.path, &[("accept-encoding", offer)]).await;
                assert_eq!(header_of(&got, "content-encoding"), wanted, "{offer}");
            }
        }
    }
}
