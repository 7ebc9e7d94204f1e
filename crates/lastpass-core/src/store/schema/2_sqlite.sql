-- Users as last seen. The application beside this one may read it (docs/DATABASE.md).
create table lastpass_users (
  user_key text not null primary key,
  id text,
  email text not null,
  -- The address as compared. Null only within a transaction in which users exchange addresses.
  email_key text,
  name text,
  status text not null,
  department text,
  groups text not null,
  security_score real,
  vault_score real,
  mfa text,
  is_admin integer not null,
  never_logged_in integer not null,
  last_login text,
  password_last_changed text,
  first_seen text not null,
  last_seen text not null,
  left_at text
);
create unique index lastpass_users_email on lastpass_users (email_key) where left_at is null;
create index lastpass_users_left on lastpass_users (left_at) where left_at is not null;

-- What changed about users between two readings.
create table lastpass_user_changes (
  number integer primary key autoincrement,
  user_key text not null,
  at text not null,
  kind text not null,
  from_value text,
  to_value text
);
create index lastpass_user_changes_user on lastpass_user_changes (user_key, number);
create index lastpass_user_changes_at on lastpass_user_changes (at);

-- The figures of each day. The application beside this one may read it (docs/DATABASE.md).
create table lastpass_daily_figures (
  date text not null primary key,
  score_source text not null,
  read_at text not null,
  average_security_score integer not null,
  overall_score integer,
  users_below_threshold integer not null,
  total_users integer not null,
  users_without_mfa integer not null,
  enrolled_users integer not null
);

-- One row: who syncs right now, and what the last run leaves for the next. An empty text is no time.
create table lastpass_sync (
  id integer primary key check (id = 1),
  holder text not null default '',
  lease_until text not null default '',
  started_at text not null default '',
  finished_at text not null default '',
  completed_at text not null default '',
  clean_reading text not null default '',
  held_at text not null default '',
  held_before text not null default ''
);
insert into lastpass_sync (id) values (1);

