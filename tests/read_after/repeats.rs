//! Repeats of a change, and changes whose outcome is found out later.

use http::Request;
use lastpass_sim::{Fault, FaultKind};
use serde_json::json;

use crate::{
    database::Database,
    read_after::deployment::READ_AFTER,
    world::{ADMIN, World, company},
};

#[tokio::test]
async fn a_repeat_of_a_change_hides_no_later_change_and_causes_no_reading() {
    let database = Database::sqlite();
    let world = World::with_database(company(30), &database, &[]);
    let other = world.another_instance(&database, &[]);
    let reader = world.another_instance(&database, &[]);
    let emails = world.get("users?status=active&limit=10").await.emails();
    let calls = || world.calls_by_command()["getuserdata"];
    let change = async |instance: &World, index: usize, known: &str| {
        let request = Request::post("/api/users").header("x-api-key", ADMIN).header(READ_AFTER, known);
        let body = json!({ "email": emails[index], "action": "deactivate" });
        let reply = instance.send_json(request.header("idempotency-key", format!("key {index}")), &body).await;
        (reply.status.as_u16(), reply.header(READ_AFTER).to_owned())
    };
    // The number of readings that a read causes, which must show the change of this user.
    let read = async |index: usize, known: &str| {
        let before = calls();
        let request = Request::get("/api/users?status=disabled").header("x-api-key", ADMIN);
        let shown = reader.send(request.header(READ_AFTER, known)).await;
        assert!(shown.emails().contains(&emails[index]), "{index}");
        calls() - before
    };
    let (_, first) = change(&world, 1, "").await;
    assert_eq!(read(1, &first).await, 1);
    let (_, second) = change(&world, 2, &first).await;
    for (instance, readings) in [(&other, 1), (&other, 0), (&world, 0)] {
        let (status, repeated) = change(instance, 1, &second).await;
        assert_eq!((status, read(2, &repeated).await), (200, readings));
    }
    // A change whose reply was lost, and which LastPass makes later.
    world.sim.inject(Fault::once(FaultKind::ResetBefore).on("disableuser"));
    let before = change(&world, 3, &second).await;
    assert_eq!(before.0, 504);
    let request = Request::get("/api/users?status=disabled").header("x-api-key", ADMIN);
    let shown = reader.send(request.header(READ_AFTER, &before.1)).await;
    assert!(!shown.emails().contains(&emails[3]), "it was not made yet");
    world.sim.with_company(|company| {
        let user = company.users.iter_mut().find(|user| user.username == emails[3]).expect("the user");
        user.disabled = true;
    });
    let (status, settled) = change(&other, 3, &before.1).await;
    assert_eq!((status, read(3, &settled).await, read(3, &settled).await), (200, 1, 0));
}
