//! Paths: the alias of every route, and one trailing slash.

use chrono::TimeDelta;
use http::{Method, Request, request::Builder};
use lastpass_core::web::ROUTES;
use serde_json::json;

use crate::{
    companies::without_folders,
    database::Database,
    edge::link_of,
    world::{ADMIN, MANAGER, World, same_origin},
};

fn world() -> World {
    World::with_database(without_folders(), &Database::sqlite(), &[])
}

#[tokio::test]
async fn one_trailing_slash_is_the_same_route() {
    let world = world();
    for route in &ROUTES {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::PUT, Method::OPTIONS] {
            let send = async |path: String| {
                let request = Request::builder().method(&method).uri(path).header("x-api-key", ADMIN);
                let reply = world.send_json(same_origin(request), &json!({})).await;
                (reply.status, ["allow", "content-type", "etag"].map(|name| reply.headers.get(name).cloned()))
            };
            let plain = send(format!("/api/{}", route.name)).await;
            for path in [
                format!("/api/{}/", route.name),
                format!("/api/{}/?", route.name),
                format!("/api/lastpass/{}", route.name),
                format!("/api/lastpass/{}/", route.name),
            ] {
                assert_eq!(send(path.clone()).await, plain, "{method} {path}");
            }
        }
        for path in [
            format!("/api/{}//", route.name),
            format!("/api//{}", route.name),
            format!("/api/lastpass/{}//", route.name),
        ] {
            world.send(Request::get(path).header("x-api-key", ADMIN)).await.problem(404, "not-found");
        }
    }
    for path in ["/api/", "/api/lastpass/"] {
        world.send(Request::get(path).header("x-api-key", ADMIN)).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_query_after_a_trailing_slash_is_read_like_any_other() {
    let world = world();
    for (plain, slashed) in [
        ("security-report?limit=1&sort=email", "security-report/?limit=1&sort=email"),
        ("users?email=other@example.com", "users/?email=other@example.com"),
        ("groups?q=sales", "lastpass/groups/?q=sales"),
        ("audit-logs?type=login", "lastpass/audit-logs/?type=login"),
    ] {
        let (plain, slashed) = (world.get(plain).await, world.get(slashed).await);
        assert_eq!((plain.status.as_u16(), slashed.status.as_u16()), (200, 200), "{}", slashed.text());
        assert_eq!(plain.body, slashed.body);
    }
    world.get("security-report/?limit=0").await.problem(400, "invalid-parameters");
}

#[tokio::test]
async fn an_edge_link_works_with_a_trailing_slash_until_it_expires() {
    let world = world();
    let link = link_of(&world.get_as(MANAGER, "security-report").await).expect("a link");
    let slashed = link.replacen("?", "/?", 1);
    let plain = world.send(Request::get(&link)).await;
    let with: [fn(Builder) -> Builder; 3] = [
        |request| request,
        |request| request.header("authorization", "Bearer nope"),
        |request| request.header("cookie", "lastpass-session=nope"),
    ];
    for with in with {
        let reply = world.send(with(Request::get(&slashed))).await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &plain.body));
        assert_eq!(reply.header("cache-control"), plain.header("cache-control"));
        assert_eq!(reply.header("vercel-cdn-cache-control"), plain.header("vercel-cdn-cache-control"));
        assert!(!reply.headers.contains_key("vary") && !reply.headers.contains_key("set-cookie"));
    }
    for altered in [
        slashed.replacen("/?", "//?", 1),
        format!("{slashed}&view=full"),
        slashed.replace("&sig=", "&sig=A"),
        slashed.replacen("/api/", "/api/lastpass/", 1),
    ] {
        let reply = world.send(Request::get(&altered)).await;
        assert!([403, 404].contains(&reply.status.as_u16()), "{altered}: {}", reply.text());
    }
    world.advance(TimeDelta::minutes(30));
    world.send(Request::get(&slashed)).await.problem(403, "edge-link-expired");
}
