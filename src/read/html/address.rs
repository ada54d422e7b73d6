//! The address that is a page's own.

/// The page's address: the canonical one, made whole; the one it is shared under where the canonical one is the
/// site's front page; the one it was fetched from where it gives none.
pub(super) fn own(
    canonical: Option<&str>,
    shared: Option<&str>,
    fetched: Option<&str>,
) -> Option<String> {
    let whole = |address: Option<&str>| {
        let address = address?.trim();
        let base = [fetched, shared]
            .into_iter()
            .flatten()
            .find(|base| host(base).is_some());
        absolute(address, base)
    };
    let (canonical, shared) = (whole(canonical), whole(shared));
    match (canonical, shared) {
        (Some(canonical), Some(shared)) if is_front(&canonical) && !is_front(&shared) => {
            Some(shared)
        }
        (Some(canonical), shared) => {
            let fetched = fetched.filter(|fetched| is_front(&canonical) && !is_front(fetched));
            fetched.map(str::to_owned).or(Some(canonical)).or(shared)
        }
        (None, shared) => shared.or_else(|| fetched.map(str::to_owned)),
    }
}

/// `address` with scheme and host, which those without take from `base`.
fn absolute(address: &str, base: Option<&str>) -> Option<String> {
    if host(address).is_some() {
        return Some(address.to_owned());
    }
    let base = base?;
    let (scheme, _) = base.split_once("://")?;
    if let Some(rest) = address.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    let path = address.strip_prefix('/')?;
    let end = base.find(host(base)?)? + host(base)?.len();
    Some(format!("{}/{path}", &base[..end]))
}

/// The host of an address on the web.
pub(super) fn host(address: &str) -> Option<&str> {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (!host.is_empty()).then_some(host)
}

fn is_front(address: &str) -> bool {
    host(address).is_none_or(|host| {
        let at = address.find(host).unwrap_or_default() + host.len();
        address[at..].trim_matches('/').is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_address_is_whole_and_not_the_front_page() {
        let post = Some("https://post.example/a/1");
        assert_eq!(own(post, None, None).as_deref(), post);
        assert_eq!(
            own(Some("/a/1"), None, Some("https://post.example/x?y")).as_deref(),
            post
        );
        assert_eq!(own(Some("//post.example/a/1"), post, None).as_deref(), post);
        assert_eq!(
            own(Some("https://post.example/"), post, None).as_deref(),
            post
        );
        assert_eq!(
            own(Some("https://post.example"), None, post).as_deref(),
            post
        );
        assert_eq!(own(Some("/a/1"), None, None), None);
        assert_eq!(own(None, None, post).as_deref(), post);
    }
}
