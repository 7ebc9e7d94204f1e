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
  groups text[] not null,
  security_score double precision,
  vault_score double precision,
  mfa text,
  is_admin boolean not null,
  never_logged_in boolean not null,
  last_login timestamptz,
  password_last_changed timestamptz,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  left_at timestamptz
);
create unique index lastpass_users_email on lastpass_users (email_key) where left_at is null;
create index lastpass_users_left on lastpass_users (left_at) where left_at is not null;

-- What changed about users between two readings.
create table lastpass_user_changes (
  number bigint generated always as identity primary key,
  user_key text not null,
  at timestamptz not null,
  kind text not null,
  from_value text,
  to_value text
);
create index lastpass_user_changes_user on lastpass_user_changes (user_key, number);
create index lastpass_user_changes_at on lastpass_user_changes (at);

-- The figures of each day. The application beside this one may read it (docs/DATABASE.md).
create table lastpass_daily_figures (
  date date primary key,
  score_source text not null,
  read_at timestamptz not null,
  average_security_score bigint not null,
  overall_score bigint,
  users_below_threshold bigint not null,
  total_users bigint not null,
  users_without_mfa bigint not null,
  enrolled_users bigint not null
);

-- One row: who syncs right now, and what the last run leaves for the next. An empty text is no time.
create table lastpass_sync (
  id bigint primary key check (id = 1),
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

-- Where the database is also an API of its own (PostgREST, as Supabase has it), only the owner reads or writes a row.
alter table lastpass_users enable row level security;
alter table lastpass_user_changes enable row level security;
alter table lastpass_daily_figures enable row level security;
alter table lastpass_sync enable row level security;
