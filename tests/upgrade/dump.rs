//! A database as SQL statements: tables, rows, triggers.

use std::process::Command;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::database::{Database, DatabaseKind, postgres_binaries};

/// The whole database.
pub(crate) async fn dump(kind: DatabaseKind, database: &Database) -> String {
    match kind {
        DatabaseKind::Sqlite => sqlite(database).await,
        DatabaseKind::Postgres | DatabaseKind::Pooler => postgres(database),
    }
}

async fn sqlite(database: &Database) -> String {
    let mut connection = SqliteConnection::connect(&database.url).await.expect("a file");
    let texts = async |connection: &mut SqliteConnection, sql: String| {
        sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch_all(connection).await.expect("texts")
    };
    let schema = |is_table: &str| {
        format!("select sql from sqlite_master where sql is not null and (type = 'table') = {is_table} order by rowid")
    };
    let mut statements = texts(&mut connection, schema("true")).await;
    let tables = "select name from sqlite_master where type = 'table' order by rowid".to_owned();
    for table in texts(&mut connection, tables).await {
        let columns = format!("select name from pragma_table_info('{table}')");
        let columns = texts(&mut connection, columns).await;
        let quoted: Vec<_> = columns.iter().map(|column| format!("quote({column})")).collect();
        let values = quoted.join(" || ', ' || ");
        let rows = format!("select 'insert into {table} values (' || {values} || ')' from {table} order by rowid");
        statements.extend(texts(&mut connection, rows).await);
    }
    statements.extend(texts(&mut connection, schema("false")).await);
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

/// The output of `pg_dump` without comments and settings, which differ between its versions.
fn postgres(database: &Database) -> String {
    let binaries = postgres_binaries().expect("a running server has binaries");
    let mut command = Command::new(binaries.join("pg_dump"));
    let dumped = command.args(["--inserts", "--no-owner", "--no-privileges"]).arg(&database.url).output();
    let dumped = dumped.expect("pg_dump runs");
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    let text = String::from_utf8(dumped.stdout).expect("text");
    let is_kept = |line: &&str| {
        !(line.is_empty() || ["--", "\\", "SET ", "SELECT pg_catalog."].iter().any(|start| line.starts_with(start)))
    };
    text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect()
}
