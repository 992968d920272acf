# shellcheck shell=bash
# PostgreSQL 15 as a user would pick it: a cluster of its own in the measurement's folder, on loopback, under an
# unprivileged user, stopped at the end. Durable as it comes (synchronous_commit, fsync on); memory for the data.
PG_BIN=/usr/lib/postgresql/15/bin

# As that user; root steps down to `postgres`, which the package made.
pg_as() {
    if [ "$(id -u)" -eq 0 ]; then (cd "$PG" && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi
}

pg_conf() {
    cat <<CONF
listen_addresses = '127.0.0.1'
port = $PG_PORT
unix_socket_directories = ''
shared_buffers = 2GB
effective_cache_size = 8GB
maintenance_work_mem = 512MB
max_wal_size = 8GB
max_connections = 150
random_page_cost = 1.1
autovacuum = off
jit = off
CONF
}

# pg_start FOLDER PORT
pg_start() {
    PG=$1 PG_PORT=$2
    export PGHOST=127.0.0.1 PGPORT=$PG_PORT PGUSER=bench PGDATABASE=postgres
    mkdir -p "$PG"
    [ "$(id -u)" -ne 0 ] || chown postgres "$PG"
    pg_as $PG_BIN/initdb -D "$PG/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 >"$PG.log" 2>&1 &&
        pg_conf | pg_as tee -a "$PG/data/postgresql.conf" >/dev/null &&
        pg_as $PG_BIN/pg_ctl -D "$PG/data" -l "$PG/log" -w start >>"$PG.log" 2>&1 && return
    tail -n 20 "$PG.log" "$PG/log" >&2
    return 1
}

pg_stop() {
    [ -n "${PG:-}" ] && [ -e "$PG/data/postmaster.pid" ] || return 0
    pg_as $PG_BIN/pg_ctl -D "$PG/data" -m fast -w stop >/dev/null 2>&1
}

pg_sql() { psql -q -X -v ON_ERROR_STOP=1 "$@" >/dev/null; }

# pg_rate FILE CLIENTS SECONDS [OPTIONS…]: transactions a second of a pgbench script.
pg_rate() {
    local file=$1 clients=$2 seconds=$3
    shift 3
    $PG_BIN/pgbench -n -M prepared -f "$file" -c "$clients" -j $((clients > 1 ? 2 : 1)) -T "$seconds" "$@" 2>"$PG.said" |
        sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}
