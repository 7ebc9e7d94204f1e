//! docs/DATABASE.md: what another application may read, with its grant and its queries.

use crate::{
    database::DatabaseKind,
    sync::SCHEDULED,
    world::{World, company},
};

const DOCUMENT: &str = include_str!("../docs/DATABASE.md");

/// The blocks of SQL of a section.
fn sql_of(heading: &str) -> Vec<&'static str> {
    let (_, section) = DOCUMENT.split_once(&format!("## {heading}\n")).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```sql\n").skip(1);
    blocks.map(|block| block.split_once("\n```").expect("the end of a block").0.trim_end_matches(';')).collect()
}

#[tokio::test]
async fn another_role_reads_the_two_tables_by_the_documented_grant_and_queries() {
    let Some(database) = DatabaseKind::Postgres.empty().await else { return };
    let world = World::with_database(company(200), &database, SCHEDULED);
    // The queries use the database's clock.
    world.advance(chrono::Utc::now() - world.now());
    world.sync().await;
    let grant = sql_of("Grant and row policy").concat().replace("my_app", "{role}");
    let reader = database.as_restricted_role(&format!("create role {{role}} login; {grant}")).await;
    let queries = sql_of("Five queries");
    assert_eq!(queries.len(), 5);
    for query in &queries {
        let rows = reader.texts(&format!("select row_to_json(q)::text from ({query}) q")).await;
        let as_owner = database.texts(&format!("select row_to_json(q)::text from ({query}) q")).await;
        assert_eq!(rows, as_owner, "{query}");
        assert!(!rows.is_empty(), "{query}");
    }
    for refused in [
        "update lastpass_users set name = null",
        "delete from lastpass_daily_figures",
        "select * from lastpass_user_changes",
        "select * from lastpass_sync",
        "select * from lastpass_record",
    ] {
        reader.assert_refuses(refused).await;
    }
    // A role without the policy sees no row, even with the grant.
    let without = "create role {role}_2 login; grant select on lastpass_users to {role}_2; set role {role}_2; \
                   do $$ begin assert (select count(*) from lastpass_users) = 0; end $$";
    database.tamper(&without.replace("{role}", "reader_without_policy")).await;
}

#[tokio::test]
async fn every_column_is_documented() {
    let Some(database) = DatabaseKind::Postgres.empty().await else { return };
    World::with_database(company(3), &database, SCHEDULED).sync().await;
    for table in ["lastpass_users", "lastpass_daily_figures"] {
        let section = DOCUMENT.split_once(&format!("## {table}\n")).expect("the section").1;
        let section = section.split("\n## ").next().unwrap_or_default();
        let columns = format!("select column_name::text from information_schema.columns where table_name = '{table}'");
        for column in database.texts(&columns).await {
            assert!(section.contains(&format!("`{column}`")), "{table}.{column} is not documented");
        }
    }
    let tables = database.texts("select tablename::text from pg_tables where tablename like 'lastpass%'").await;
    for table in tables {
        assert!(DOCUMENT.contains(&format!("\"public.{table}\"")), "{table} is not in the list for Prisma");
    }
}

#[test]
fn the_scripts_of_the_schema_are_printed() {
    let document = include_str!("../docs/DEPLOY.md");
    for (version, script) in [
        (1, include_str!("../crates/lastpass-core/src/store/schema/1_postgres.sql")),
        (2, include_str!("../crates/lastpass-core/src/store/schema/2_postgres.sql")),
    ] {
        let block =
            format!("```sql\n{}\ninsert into lastpass_schema (version) values ({version});\n```", script.trim_end());
        assert!(document.contains(&block), "docs/DEPLOY.md should have:\n{block}");
    }
}
