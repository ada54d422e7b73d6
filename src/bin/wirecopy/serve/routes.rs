//! Paths and methods, bodies, status codes.

use std::io::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wirecopy::archive::Case;
use wirecopy::read::ReadOptions;

use super::answer::{
    ArchiveOut, Asked, CaseOut, CheckIn, Decision, GENERATOR, KeptLine, KeptOut, LimitsOut,
    ReadOut, SCHEMA, answer, json, story,
};
use super::desk::{Answered, Article, Desk, Patience};
use super::failure::Failure;
use super::guard::{Access, guard};
use super::{answer as answers, export};

const PAGE: &str = include_str!("page/index.html");
const API: &str = include_str!("../../../../docs/openapi.json");

/// Files of the page: path, media type, content.
const ASSETS: &[(&str, &str, &str)] = &[
    (
        "/page/page.css",
        "text/css; charset=utf-8",
        include_str!("page/page.css"),
    ),
    (
        "/page/page.js",
        "text/javascript; charset=utf-8",
        include_str!("page/page.js"),
    ),
    (
        "/page/sources.js",
        "text/javascript; charset=utf-8",
        include_str!("page/sources.js"),
    ),
    (
        "/page/sides.js",
        "text/javascript; charset=utf-8",
        include_str!("page/sides.js"),
    ),
    (
        "/page/story.js",
        "text/javascript; charset=utf-8",
        include_str!("page/story.js"),
    ),
    (
        "/page/make.js",
        "text/javascript; charset=utf-8",
        include_str!("page/make.js"),
    ),
    (
        "/page/icon.svg",
        "image/svg+xml",
        include_str!("page/icon.svg"),
    ),
    ("/openapi.json", "application/json", API),
];

/// Largest part of an archived file after decompression that an upload may hold, as a multiple of the limit on bodies.
const EXPANSION: u64 = 8;

type Answer = Result<Response, Failure>;

/// Everything that is answered.
pub(super) fn app(desk: Arc<Desk>, access: Arc<Access>) -> Router {
    let mut app = Router::new()
        .route("/", get(page))
        .route("/articles/{id}", get(page))
        .route("/kept", get(page))
        .route("/api/archive", get(archive))
        .route("/api/documents", get(document))
        .route("/api/read", post(read))
        .route("/api/check", post(check))
        .route("/api/articles", get(kept))
        .route("/api/articles/{id}", get(again).put(keep).delete(forget))
        .route("/api/articles/{id}/cases", put(decide))
        .route("/api/articles/{id}/story", get(tell_story))
        .route("/api/articles/{id}/export/{format}", get(hand_out));
    for &(path, kind, content) in ASSETS {
        app = app.route(path, get(move || async move { typed(kind, content) }));
    }
    app.fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .with_state(desk)
        .layer(middleware::from_fn_with_state(access, guard))
}

fn typed(kind: &'static str, content: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], content.into()).into_response()
}

fn json_response(body: String) -> Response {
    typed("application/json", body)
}

async fn page() -> Response {
    typed("text/html; charset=utf-8", PAGE)
}

async fn nothing() -> Failure {
    Failure::not_found("there is nothing at this address; `/openapi.json` describes what there is")
}

async fn wrong_method() -> Failure {
    Failure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "this address does not take that method; `/openapi.json` says which",
    )
}

/// The whole body, when it is not too long and comes in time.
async fn body(desk: &Desk, request: Request) -> Result<Bytes, Failure> {
    let limits = desk.limits();
    let too_large = || {
        Failure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!(
                "at most {} bytes are taken; start the server with a higher `--max-body`",
                limits.body
            ),
        )
    };
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    if told.is_some_and(|told| told > limits.body as u64) {
        return Err(too_large());
    }
    let whole = axum::body::to_bytes(request.into_body(), limits.body);
    match tokio::time::timeout(limits.time, whole).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            use std::error::Error as _;
            let mut cause = error.source();
            while let Some(inner) = cause {
                if inner.is::<http_body_util::LengthLimitError>() {
                    return Err(too_large());
                }
                cause = inner.source();
            }
            Err(Failure::bad_request("the body broke off"))
        }
        Err(_) => Err(Failure::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body did not come within the time limit",
        )),
    }
}

/// The body as JSON.
async fn json_body<T: DeserializeOwned>(desk: &Desk, request: Request) -> Result<T, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json = kind
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "send JSON with `Content-Type: application/json`; `/api/read` takes other files",
        ));
    }
    let bytes = body(desk, request).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Failure::bad_request(format!("the body is not what is asked for: {error}"))
    })
}

/// What a query says, unknown names refused.
fn query<T: DeserializeOwned>(query: Option<&str>) -> Result<T, Failure> {
    let uri = axum::http::Uri::builder()
        .path_and_query(format!("/?{}", query.unwrap_or_default()))
        .build()
        .map_err(|error| Failure::bad_request(error.to_string()))?;
    Query::try_from_uri(&uri)
        .map(|Query(asked)| asked)
        .map_err(|error| Failure::bad_request(error.body_text()))
}

async fn archive(State(desk): State<Arc<Desk>>) -> Answer {
    let body = desk
        .look(|desk, _| {
            let (stat, incomplete) = desk.stat()?;
            let limits = desk.limits();
            json(&ArchiveOut {
                schema: SCHEMA,
                generator: GENERATOR,
                documents: stat.documents,
                removed: stat.removed,
                text_bytes: stat.text_bytes,
                generation: stat.generation,
                incomplete,
                limits: LimitsOut {
                    body_bytes: limits.body,
                    seconds: limits.time.as_secs(),
                    note_bytes: limits.note,
                },
            })
        })
        .await?;
    Ok(json_response(body))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentAsked {
    id: String,
}

async fn document(State(desk): State<Arc<Desk>>, RawQuery(asked): RawQuery) -> Answer {
    let DocumentAsked { id } = query(asked.as_deref())?;
    let body = desk
        .look(move |desk, _| {
            let mut article = Article::from(desk.document(&id)?);
            article.document = Some(id);
            json(&article)
        })
        .await?;
    Ok(json_response(body))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAsked {
    #[serde(default)]
    name: String,
}

/// What articles a file holds, whatever its format.
async fn read(
    State(desk): State<Arc<Desk>>,
    RawQuery(asked): RawQuery,
    request: Request,
) -> Answer {
    let FileAsked { name } = query(asked.as_deref())?;
    let bytes = body(&desk, request).await?;
    let body = desk
        .work(move |desk, patience| read_file(desk, patience, &name, &bytes))
        .await?;
    Ok(json_response(body))
}

fn read_file(
    desk: &Desk,
    patience: &Patience,
    name: &str,
    bytes: &[u8],
) -> Result<String, Failure> {
    let failed = |error: std::io::Error| {
        Failure::inside(format!("a temporary file cannot be written: {error}"))
    };
    let limits = desk.limits();
    let folder = tempfile::tempdir().map_err(failed)?;
    // Of the name only endings matter: they may say the format.
    let endings: Vec<&str> = name
        .split('.')
        .skip(1)
        .filter(|ending| {
            (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
        })
        .collect();
    let endings = &endings[endings.len().saturating_sub(2)..];
    let path = folder.path().join(format!(
        "article{}",
        endings.iter().map(|e| format!(".{e}")).collect::<String>()
    ));
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    drop(file);
    let options = ReadOptions {
        max_record_bytes: limits.body,
        max_expanded_bytes: EXPANSION * limits.body as u64,
        temp_dir: Some(folder.path().to_path_buf()),
        ..ReadOptions::default()
    };
    let input = path.display().to_string();
    let read = wirecopy::read::documents(std::slice::from_ref(&input), &options, patience);
    let shown = if name.is_empty() { "the file" } else { name };
    let loaded = read.map_err(|error| match error {
        wirecopy::Error::NoInput { problems, hint, .. } => {
            let why = problems
                .first()
                .map_or(hint, |problem| problem.message.clone());
            Failure::unusable(format!("no article could be read from {shown}: {why}"))
        }
        error => error.into(),
    })?;
    let left_out = loaded.documents.len().saturating_sub(limits.articles);
    json(&ReadOut {
        schema: SCHEMA,
        articles: loaded
            .documents
            .into_iter()
            .take(limits.articles)
            .map(Article::from)
            .collect(),
        left_out,
        problems: loaded
            .problems
            .iter()
            .take(limits.articles)
            .map(|problem| problem.message.replace(&input, shown))
            .collect(),
    })
}

async fn check(
    State(desk): State<Arc<Desk>>,
    RawQuery(asked): RawQuery,
    request: Request,
) -> Answer {
    let asked: Asked = query(asked.as_deref())?;
    let sent: CheckIn = json_body(&desk, request).await?;
    let body = desk
        .work(move |desk, patience| {
            let article = match (sent.article, sent.document) {
                (Some(article), None) => article,
                (None, Some(id)) => {
                    let mut article = Article::from(desk.document(&id)?);
                    article.document = Some(id);
                    article
                }
                _ => return Err(Failure::bad_request("send either `article` or `document`")),
            };
            if article.text.trim().is_empty() {
                return Err(Failure::unusable("the article has no text"));
            }
            let answered = desk.check(article, patience)?;
            answer(desk, &answered, asked.into())
        })
        .await?;
    Ok(json_response(body))
}

async fn again(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Answer {
    let asked: Asked = query(asked.as_deref())?;
    let answered = answered(&desk, id).await?;
    let body = desk
        .look(move |desk, _| answer(desk, &answered, asked.into()))
        .await?;
    Ok(json_response(body))
}

/// What the archive knows of an article that was checked of late or is kept.
async fn answered(desk: &Arc<Desk>, id: String) -> Result<Arc<Answered>, Failure> {
    let (known, id) = desk
        .look(move |desk, _| desk.known(&id).map(|known| (known, id)))
        .await?;
    match known {
        Some(known) => Ok(known),
        None => {
            desk.work(move |desk, patience| desk.again(&id, patience))
                .await
        }
    }
}

async fn keep(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Answer {
    let new = desk.look(move |desk, _| desk.keep(&id)).await?;
    Ok(if new {
        StatusCode::CREATED
    } else {
        StatusCode::NO_CONTENT
    }
    .into_response())
}

async fn forget(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Answer {
    desk.look(move |desk, _| desk.forget(&id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Characters of a text that a list shows.
const BEGINNING: usize = 120;

async fn kept(State(desk): State<Arc<Desk>>) -> Answer {
    let body = desk
        .look(|desk, patience| {
            use wirecopy::observer::Observer as _;
            let (mut articles, mut problems) = (Vec::new(), Vec::new());
            for id in desk.all_kept()? {
                if patience.stopped() {
                    return Err(Failure::too_slow());
                }
                // One that is damaged does not hide the others.
                let kept = match desk.kept_article(&id) {
                    Ok(kept) => kept,
                    Err(failure) => {
                        problems.push(failure.into_message());
                        continue;
                    }
                };
                articles.push(KeptLine {
                    permalink: format!("/articles/{id}"),
                    cases: desk.cases_of(&id)?.into_iter().map(CaseOut::from).collect(),
                    id,
                    title: kept.article.title,
                    outlet: kept.article.outlet,
                    published_at: kept.article.published_at,
                    kept_at: kept.kept_at,
                    beginning: kept.article.text.trim().chars().take(BEGINNING).collect(),
                });
            }
            articles.sort_by(|a, b| (&b.kept_at, &a.id).cmp(&(&a.kept_at, &b.id)));
            json(&KeptOut {
                schema: SCHEMA,
                articles,
                problems,
            })
        })
        .await?;
    Ok(json_response(body))
}

async fn decide(State(desk): State<Arc<Desk>>, Path(id): Path<String>, request: Request) -> Answer {
    let decision: Decision = json_body(&desk, request).await?;
    let answered = answered(&desk, id.clone()).await?;
    let body = desk
        .look(move |desk, _| {
            let limits = desk.limits();
            if decision.note.len() > limits.note {
                return Err(Failure::unusable(format!(
                    "a note has at most {} bytes",
                    limits.note
                )));
            }
            let checked = &answered.checked;
            let known = checked
                .sources()
                .any(|(source, ..)| source.id == decision.source)
                || checked
                    .others
                    .iter()
                    .any(|other| other.id == decision.source)
                || desk
                    .cases_of(&id)?
                    .iter()
                    .any(|case| case.source == decision.source);
            if !known {
                return Err(Failure::unusable(format!(
                    "`{}` is no source of this article",
                    decision.source
                )));
            }
            // A decision is about an article that can be looked at again.
            desk.keep(&id)?;
            let case = Case {
                article: id,
                source: decision.source,
                state: decision.state,
                note: decision.note,
                changed_at: None,
            };
            let case = desk.decide(case, decision.previous.as_deref())?;
            json(&CaseOut::from(case))
        })
        .await?;
    Ok(json_response(body))
}

async fn tell_story(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Answer {
    let body = desk
        .work(move |desk, patience| {
            let answered = desk.again(&id, patience)?;
            story(&desk.story(&answered, patience)?, &answered)
        })
        .await?;
    Ok(json_response(body))
}

async fn hand_out(
    State(desk): State<Arc<Desk>>,
    Path((id, format)): Path<(String, String)>,
    RawQuery(asked): RawQuery,
) -> Answer {
    let asked: Asked = query(asked.as_deref())?;
    let name = format!("wirecopy-{}.{}", id.get(..12).unwrap_or("article"), format);
    let answered = answered(&desk, id).await?;
    let (kind, bytes) = desk
        .look(move |desk, _| match format.as_str() {
            "json" => Ok((
                "application/json",
                answers::report(&answered.checked, "json")?,
            )),
            "csv" => Ok(("text/csv; charset=utf-8", export::csv(&answered)?)),
            "html" => Ok((
                "text/html; charset=utf-8",
                export::evidence(desk, &answered, asked.into())?.into_bytes(),
            )),
            other => Err(Failure::not_found(format!(
                "no export is called `{other}`; there are json, csv and html"
            ))),
        })
        .await?;
    let mut response = typed(kind, bytes);
    let mut headers = HeaderMap::new();
    // Names are made of hexadecimal digits: see `Article::id`.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    if kind.starts_with("text/html") {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(export::POLICY),
        );
    }
    response.headers_mut().extend(headers);
    Ok(response)
}
