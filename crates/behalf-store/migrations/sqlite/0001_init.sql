-- Row ids grow and are never given out again (autoincrement): a token `id.secret` must not meet another token's row.
-- UUIDs are 16-byte blobs, times are seconds since 1970, lists of strings are JSON arrays.

-- Grows with every change of an entity, so that other processes notice it and nothing else.
create table entity_version (version integer not null) strict;
insert into entity_version (version) values (1);

create table entity (
    id integer primary key,
    kind text not null,
    tenant blob not null,
    key text not null,
    body text not null,
    aliases text not null,
    tags text not null,
    unique (kind, tenant, key)
) strict;

create table entity_alias (
    kind text not null,
    tenant blob not null,
    alias text not null,
    entity integer not null references entity (id) on delete cascade,
    primary key (kind, tenant, alias)
) strict, without rowid;
create index entity_alias_entity on entity_alias (entity);

create table entity_tag (
    kind text not null,
    tenant blob not null,
    tag text not null,
    key text not null,
    entity integer not null references entity (id) on delete cascade,
    primary key (kind, tenant, tag, key)
) strict, without rowid;
create index entity_tag_entity on entity_tag (entity);

create table code (
    id integer primary key autoincrement,
    secret_hash blob not null,
    details text not null,
    expires_at integer not null,
    redeemed integer not null
) strict;
create index code_expires on code (expires_at);

create table refresh (
    id integer primary key autoincrement,
    secret_hash blob not null,
    previous_hash blob,
    generation integer not null,
    rotated_at integer not null,
    expires_at integer not null,
    revoked integer not null,
    code integer,
    created_at integer not null,
    tenant blob not null,
    client text not null,
    user_id blob not null,
    session integer,
    auth_time integer not null,
    scopes text not null,
    amr text not null
) strict;
create index refresh_expires on refresh (expires_at);
create index refresh_user on refresh (user_id);
create index refresh_client on refresh (client);
create index refresh_code on refresh (code) where code is not null;
create index refresh_session on refresh (session) where session is not null;

create table session (
    id integer primary key autoincrement,
    secret_hash blob not null,
    tenant blob not null,
    user_id blob not null,
    auth_time integer not null,
    amr text not null,
    expires_at integer not null
) strict;
create index session_expires on session (expires_at);
create index session_user on session (user_id);

create table provider_token (
    id integer primary key,
    tenant blob not null,
    user_id blob not null,
    provider text not null,
    access_token text not null,
    refresh_token text,
    expires_at integer not null,
    obtained_at integer not null,
    unique (tenant, user_id, provider)
) strict;

create table used_once (
    hash blob primary key not null,
    expires_at integer not null
) strict, without rowid;
create index used_once_expires on used_once (expires_at);

-- The highest id ever used in a list: survives the deletion of the item that had it.
create table item_counter (
    list blob primary key not null,
    last_id integer not null
) strict, without rowid;

create table item (
    list blob not null,
    id integer not null,
    version integer not null,
    fields text not null,
    created_by text not null,
    created_at integer not null,
    modified_by text not null,
    modified_at integer not null,
    primary key (list, id)
) strict, without rowid;

create table audit (
    id integer primary key,
    tenant blob,
    user_id text,
    client text,
    event text not null,
    chain blob not null
) strict;
create index audit_tenant on audit (tenant) where tenant is not null;
create index audit_user on audit (user_id) where user_id is not null;
create index audit_client on audit (client) where client is not null;
