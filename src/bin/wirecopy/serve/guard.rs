//! Who may ask, and the headers of every answer.
//!
//! A web page anywhere can make a browser on this machine send requests here. Three things keep it from reading or changing anything: the
//! `Host` must be one that no stranger's name server answers for (DNS rebinding), a request with an `Origin` must come from our own page,
//! and what a browser says was sent by another site gets no data.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::failure::Failure;

/// Everything is ours and nothing is inline; no script may turn text into markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Who may ask.
#[derive(Debug)]
pub(crate) struct Access {
    token: Option<String>,
    /// Names beside addresses and `localhost`, in lower case.
    hosts: Vec<String>,
}

impl Access {
    /// With `token` every request of the API must carry it; `hosts` are further names of this server.
    pub(crate) fn new(token: Option<String>, hosts: &[String]) -> Self {
        Self {
            token,
            hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        }
    }

    /// Whether a request may be answered. The page itself holds no data and is shown without a token.
    fn judge(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Failure> {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .and_then(|host| host.parse::<Authority>().ok())
            .filter(|host| !host.as_str().contains('@'));
        let Some(host) = host.filter(|host| self.is_ours(host.host())) else {
            return Err(Failure::new(
                StatusCode::MISDIRECTED_REQUEST,
                "wrong_host",
                "this server is not called so; open it by its address, or name it with `--host`",
            ));
        };
        let foreign = || {
            Failure::new(
                StatusCode::FORBIDDEN,
                "wrong_origin",
                "requests from other sites are refused; open this server's own page",
            )
        };
        if let Some(origin) = headers.get(header::ORIGIN) {
            let authority = origin
                .to_str()
                .ok()
                .and_then(|origin| origin.split_once("://"))
                .filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
            let same = |(_, authority): (&str, &str)| authority.eq_ignore_ascii_case(host.as_str());
            if !authority.is_some_and(same) {
                return Err(foreign());
            }
        }
        let data = path.starts_with("/api/");
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        let reads_page = !data && matches!(*method, Method::GET | Method::HEAD);
        if !reads_page && matches!(site, Some(b"cross-site" | b"same-site")) {
            return Err(foreign());
        }
        match &self.token {
            Some(token) if data && !carries(headers, token) => Err(Failure::new(
                StatusCode::UNAUTHORIZED,
                "no_token",
                "send the token of this server as `Authorization: Bearer TOKEN`",
            )),
            _ => Ok(()),
        }
    }

    /// Whether a name is this server's. An address cannot be made to point elsewhere, so every address is good.
    fn is_ours(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        bare.parse::<IpAddr>().is_ok() || host == "localhost" || self.hosts.contains(&host)
    }
}

/// Whether the request has the token, compared in a time that tells nothing of where they differ.
fn carries(headers: &HeaderMap, token: &str) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .map(HeaderValue::as_bytes)
        .and_then(|value| value.strip_prefix(b"Bearer "))
        .unwrap_or_default();
    let mut different = u8::from(given.len() != token.len());
    for (given, own) in given.iter().zip(token.as_bytes()) {
        different |= given ^ own;
    }
    different == 0
}

/// Answers those who may ask, and puts the headers on every answer.
pub(super) async fn guard(
    State(access): State<Arc<Access>>,
    request: Request,
    next: Next,
) -> Response {
    let judged = access.judge(request.method(), request.uri().path(), request.headers());
    let mut response = match judged {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::CACHE_CONTROL, "no-store");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn only_addresses_and_known_names_are_hosts() {
        let access = Access::new(None, &["Desk.example".to_owned()]);
        let ask = |host: &'static str| {
            let headers = headers(&[("host", host)]);
            access.judge(&Method::GET, "/api/archive", &headers).is_ok()
        };
        for host in [
            "127.0.0.1:7878",
            "[::1]:7878",
            "localhost",
            "localhost.:80",
            "desk.example:443",
            "10.1.2.3",
        ] {
            assert!(ask(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:7878",
            "localhost.evil.example",
            "a@127.0.0.1",
            "",
            "1.2.3",
        ] {
            assert!(!ask(host), "{host}");
        }
        assert!(access.judge(&Method::GET, "/", &HeaderMap::new()).is_err());
    }

    #[test]
    fn other_sites_get_no_data() {
        let access = Access::new(None, &[]);
        let ask = |method: Method, path: &str, pairs: &[(&'static str, &'static str)]| {
            let mut all = vec![("host", "127.0.0.1:7878")];
            all.extend_from_slice(pairs);
            access.judge(&method, path, &headers(&all)).is_ok()
        };
        assert!(ask(Method::POST, "/api/check", &[]));
        assert!(ask(
            Method::POST,
            "/api/check",
            &[("origin", "http://127.0.0.1:7878")]
        ));
        for origin in [
            "http://127.0.0.1:80",
            "http://localhost:7878",
            "https://evil.example",
            "null",
        ] {
            assert!(
                !ask(Method::POST, "/api/check", &[("origin", origin)]),
                "{origin}"
            );
        }
        assert!(!ask(
            Method::GET,
            "/api/archive",
            &[("sec-fetch-site", "cross-site")]
        ));
        assert!(ask(
            Method::GET,
            "/articles/1",
            &[("sec-fetch-site", "cross-site")]
        ));
        assert!(ask(
            Method::GET,
            "/api/archive",
            &[("sec-fetch-site", "same-origin")]
        ));
    }

    #[test]
    fn with_a_token_data_needs_it_and_the_page_does_not() {
        let access = Access::new(Some("0123456789abcdef".to_owned()), &[]);
        let ask = |path: &str, value: Option<&'static str>| {
            let mut pairs = vec![("host", "10.0.0.7:7878")];
            pairs.extend(value.map(|value| ("authorization", value)));
            access.judge(&Method::GET, path, &headers(&pairs)).is_ok()
        };
        assert!(ask("/", None));
        assert!(ask("/api/archive", Some("Bearer 0123456789abcdef")));
        for wrong in [
            None,
            Some("Bearer 0123456789abcdeF"),
            Some("Bearer 0123456789abcdef0"),
            Some("Bearer "),
            Some("0123456789abcdef"),
        ] {
            assert!(!ask("/api/archive", wrong), "{wrong:?}");
        }
    }
}
