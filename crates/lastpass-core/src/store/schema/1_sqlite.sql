-- The record: one row each time an action goes on, chained by mac. Rows are only ever added.
create table lastpass_record (
  number integer primary key,
  action_id text not null,
  version integer not null,
  at text not null,
  actor text not null,
  action text not null,
  email text not null,
  outcome text not null,
  request_id text not null,
  content text not null,
  mac blob not null,
  unique (action_id, version)
);
create index lastpass_record_email on lastpass_record (email);
create index lastpass_record_action on lastpass_record (action, at);

create trigger lastpass_record_update before update on lastpass_record
begin
  select raise(abort, 'lastpass_record is append-only');
end;
create trigger lastpass_record_delete before delete on lastpass_record
begin
  select raise(abort, 'lastpass_record is append-only');
end;

-- Who changes whom right now: one unfinished action per address.
create table lastpass_claims (
  email text primary key,
  action_id text not null unique,
  action text not null,
  claimed_at text not null,
  lease_until text not null,
  key text unique,
  body text not null,
  recorded integer not null
);

-- Which action an Idempotency-Key belongs to.
create table lastpass_keys (
  key text primary key,
  body text not null,
  action_id text not null
);
