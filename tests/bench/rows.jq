# The rows of the table, from the medians: what is measured, which figure is its raw limit, its peer's, ours, and what
# is wanted. A row whose part was not run is left out.

def ratio(a; b): if a == null or b == null or b == 0 then null else a / b end;

# more: a rate, larger is better; otherwise a time.
def row(what; unit; more; limit; peer; ours; wanted; met):
  select(ours != null)
  | {what: what, unit: unit, better: (if more then "more" else "less" end), limit: limit, peer: peer, ours: ours,
     toLimit: ratio(ours; limit), toPeer: ratio(ours; peer), wanted: wanted, met: met};

def least(value; bound): if value == null then null else value >= bound end;
def most(value; bound): if value == null then null else value <= bound end;
def places: if . == "1000000" then "1,000,000" else "100,000" end;

def search_rows($n):
  .figures as $f | ($n | places) as $places
  | row("index alone, \($places) places"; "searches/s"; true; $f["\($n)_grid_searches_per_s"]; $f["pg_cells_\($n)"];
        $f["\($n)_index_searches_per_s"]; "limit x 0.5";
        least(ratio($f["\($n)_index_searches_per_s"]; $f["\($n)_grid_searches_per_s"]); 0.5)),
    row("search over the wire, \($places), window 64"; "searches/s"; true; $f["\($n)_echo_w64_per_s"];
        $f["pg_cells_\($n)"]; $f["\($n)_search_w64_per_s"]; "limit x 0.5";
        least(ratio($f["\($n)_search_w64_per_s"]; $f["\($n)_echo_w64_per_s"]); 0.5)),
    row("  the same beside PostGIS"; "searches/s"; true; null; $f["pg_postgis_\($n)"];
        $f["\($n)_search_w64_per_s"]; ""; null),
    row("  the same beside PostgreSQL, index only on cells"; "searches/s"; true; null; $f["pg_cells_\($n)"];
        $f["\($n)_search_w64_per_s"]; (if $n == "1000000" then "peer x 10" else "" end);
        (if $n == "1000000" then least(ratio($f["\($n)_search_w64_per_s"]; $f["pg_cells_\($n)"]); 10) else null end)),
    row("search one at a time, \($places), p50"; "us"; false; $f["\($n)_echo_w1_p50_us"]; null;
        $f["\($n)_search_w1_p50_us"]; ""; null),
    row("search one at a time, \($places), p99"; "us"; false; $f["\($n)_echo_w1_p99_us"]; null;
        $f["\($n)_search_w1_p99_us"]; "limit x 1.5";
        most(ratio($f["\($n)_search_w1_p99_us"]; $f["\($n)_echo_w1_p99_us"]); 1.5)),
    row("  service's CPU a search, window 64"; "us"; false; null; null; $f["\($n)_search_w64_service_cpu_us"]; ""; null),
    row("  messages a search"; "messages"; false; null; null; $f["\($n)_search_w64_messages"]; ""; null);

def command_rows($what; $w):
  .figures as $f | "\($what)_w\($w)" as $name
  | row("\($what)s, \($w) in flight"; "commands/s"; true; $f["lmdb_\($name)_per_s"]; $f["pg_\($name)"];
        $f["\($name)_per_s"]; "limit x 0.5"; least(ratio($f["\($name)_per_s"]; $f["lmdb_\($name)_per_s"]); 0.5)),
    row("  the same beside 4 bare puts"; "commands/s"; true; $f["lmdb_four_\($name)_per_s"]; null;
        $f["\($name)_per_s"]; ""; null),
    row("  the same while matching reads along"; "commands/s"; true; $f["lmdb_\($name)_per_s"];
        $f["pg_\($name)"]; $f["followed_\($name)_per_s"]; ""; null),
    row("  service's CPU a command"; "us"; false; $f["lmdb_\($name)_cpu_us"]; null; $f["\($name)_service_cpu_us"]; ""; null);

def seal_rows($what):
  .figures as $f | ratio($f["\($what)_seal_us"]; $f["\($what)_w64_service_cpu_us"]) as $share
  | row("sealing's share of an \($what)"; "of CPU"; false; null; null; $share; "under 0.1"; most($share; 0.1));

def feed_rows:
  .figures as $f
  | row("feed to 1 follower, 300 B"; "entries/s"; true; $f.pub_f1_per_s; null; $f.feed_f1_per_s; ""; null),
    row("feed to 48 followers, 300 B"; "entries/s"; true; $f.pub_f48_per_s; null; $f.feed_f48_per_s; "1.5M/s";
        least($f.feed_f48_per_s; 1.5e6)),
    row("  service's CPU an entry received"; "us"; false; null; null; $f.feed_f48_service_cpu_us; ""; null),
    (if $f.feed_idle_p50_us and $f.round_echo_w1_p50_us then $f.feed_idle_p50_us + $f.round_echo_w1_p50_us / 2 else null end) as $late
    | row("commit to received, idle, p50"; "us"; false; $f.round_echo_w1_p50_us; null; $late; "limit x 2";
          most(ratio($late; $f.round_echo_w1_p50_us); 2));

def import_rows:
  .figures as $f
  | row("import of England's postcodes"; "s"; false; $f.raw_import_s; $f.pg_import_s; $f.import_s; ""; null);

def worker_rows($n):
  .figures as $f
  | row("a worker from nothing, \($n | places) places"; "entries/s"; true; $f["\($n)_lmdb_load_per_s"];
        $f["\($n)_pg_restore_per_s"]; $f["\($n)_rebuild_entries_per_s"]; "300k/s";
        least($f["\($n)_rebuild_entries_per_s"]; 300000)),
    row("  its CPU an entry"; "us"; false; null; null; $f["\($n)_rebuild_cpu_us"]; ""; null);

def allocation_rows($n; $what):
  (.figures | with_entries(select(.key | contains("allocation")) | .value *= 1000)) as $f
  | row("proposal, \($what)"; "ms"; false; $f["\($n)_raw_allocation_s"]; null; $f["\($n)_allocation_closest_s"]; "limit x 3";
        most(ratio($f["\($n)_allocation_closest_s"]; $f["\($n)_raw_allocation_s"]); 3)),
    row("  its facts, from records in memory"; "ms"; false; null; null; $f["\($n)_allocation_facts_s"]; ""; null),
    (if $n == "5000" then row("  balanced"; "ms"; false; null; null; $f.allocation_balanced_s; ""; null) else empty end);

def task_rows:
  .figures as $f
  | ("p50", "p99") as $p | $f["task_echo_w1_\($p)_us"] as $round
  | (if $f["tasks_\($p)_us"] and $round then $f["tasks_\($p)_us"] + $f.task_echo_w1_p50_us / 2 else null end) as $late
  | row("a changed placement to its task, \($p)"; "us"; false; $round; null; $late; ""; null);

def visit_rows:
  (.figures | with_entries(select(.key | test("^visits_(progress|reminders).*_us$")) | .value /= 1000)) as $progress
  | .figures as $f
  | row("progress of all LAs"; "ms"; false; $f.visits_scan_ms; null; $progress.visits_progress_w1_p50_us; ""; null),
    row("  service's CPU for it"; "ms"; false; $f.visits_scan_cpu_ms; null;
        $progress.visits_progress_w1_service_cpu_us; ""; null),
    row("progress of provisions, a page of 5,000"; "ms"; false; $f.visits_scan_ms; null;
        $progress.visits_progress_provisions_w1_p50_us; ""; null),
    row("reminders, a page of 5,000"; "ms"; false; $f.visits_scan_latest_ms; null;
        $progress.visits_reminders_w1_p50_us; ""; null),
    row("a concern raised to its mark in a search, p50"; "ms"; false; null; null;
        $f.visits_concern_p50_ms; "1000 ms"; most($f.visits_concern_p50_ms; 1000)),
    row("a concern raised to its mark in a search, p99"; "ms"; false; null; null;
        $f.visits_concern_p99_ms; "1000 ms"; most($f.visits_concern_p99_ms; 1000)),
    row("latest report of a provision, one at a time, p50"; "us"; false; $f.latest_echo_w1_p50_us; null;
        $f.visits_latest_w1_p50_us; ""; null),
    row("latest report of a provision, window 64"; "reports/s"; true; $f.latest_echo_w64_per_s; null;
        $f.visits_latest_w64_per_s; ""; null),
    row("  service's CPU a report"; "us"; false; null; null; $f.visits_latest_w64_service_cpu_us; ""; null),
    row("a draft saved, 1 author"; "saves/s"; true; $f.lmdb_save_w1_per_s; null; $f.visits_save_w1_per_s; ""; null),
    row("drafts saved, 64 authors"; "saves/s"; true; $f.lmdb_save_w64_per_s; null; $f.visits_save_w64_per_s; ""; null),
    row("  service's CPU a save"; "us"; false; $f.lmdb_save_w64_cpu_us; null; $f.visits_save_w64_service_cpu_us; ""; null);

def fee_rows:
  .figures as $f
  | row("worth of a cycle, by LA, p50"; "ms"; false; $f.fees_scan_ms; null; $f.fees_worth_p50_ms; ""; null),
    row("  service's CPU for it"; "ms"; false; $f.fees_scan_cpu_ms; null; $f.fees_worth_service_cpu_ms; ""; null),
    row("worth of a cycle, by provision, p50"; "ms"; false; $f.fees_scan_ms; null; $f.fees_worth_provisions_p50_ms; ""; null),
    row("benchmarks, p50"; "ms"; false; $f.fees_scan_ms; null; $f.fees_benchmarks_p50_ms; ""; null),
    row("lines of a file of 10,000"; "lines/s"; true; $f.lmdb_lines_per_s; null; $f.fees_lines_per_s; ""; null),
    row("  service's CPU a line"; "us"; false; $f.lmdb_lines_cpu_us; null; $f.fees_lines_service_cpu_us; ""; null);

def rows:
  . as $all
  | [("100000", "1000000") as $n | $all | search_rows($n)]
    + [("insert", "update") as $what | (1, 64) as $w | $all | command_rows($what; $w)]
    + [("insert", "update") as $what | $all | seal_rows($what)]
    + [feed_rows] + [import_rows] + [("100000", "1000000") as $n | $all | worker_rows($n)]
    + [$all | allocation_rows("5000"; "40 LAs, 5,000 provisions"), allocation_rows("1000000"; "400 LAs, 1,000,000 provisions"), task_rows,
       visit_rows, fee_rows];

# --- shown -------------------------------------------------------------------------------------------------

def number:
  if . == null then "-"
  elif . >= 1e6 then "\((. / 1e4 | round) / 100)M"
  elif . >= 1e4 then "\((. / 100 | round) / 10)k"
  elif . >= 100 then "\(round)"
  elif . >= 1 then "\((. * 10 | round) / 10)"
  else "\((. * 1000 | round) / 1000)" end;
def right($width): . as $text | (" " * ($width - ($text | length)) // "") + $text;
def left($width): . as $text | $text + (" " * ($width - ($text | length)) // "");
def verdict: if . == null then "" elif . then "met" else "MISSED" end;

def line($cells): ($cells[0] | left(53)) + ([$cells[1:7][] | right(11)] | add) + "  " + ($cells[7] | left(12)) + $cells[8];

def table:
  "\(.machine.date), \(.machine.commit), \(.machine.cpu), \(.machine.cores) cores shared by load and service, medians of \(.machine.runs); load before \(.machine.loadBefore)",
  "",
  line(["what", "unit", "limit", "peer", "ours", "to limit", "to peer", "wanted", "met"]),
  (.rows[] | line([.what, .unit, (.limit | number), (.peer | number), (.ours | number), (.toLimit | number),
                   (.toPeer | number), .wanted, (.met | verdict)]));

def escape: gsub("&"; "&amp;") | gsub("<"; "&lt;");

# A bar for each row that has a limit: how it stands to it, one division a factor of ten.
def picture:
  [.rows[] | select(.toLimit != null and .toLimit > 0)] as $rows
  | "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"\(60 + 22 * ($rows | length))\" font-family=\"sans-serif\" font-size=\"12\">",
    "<text x=\"10\" y=\"20\">Ours to the raw limit, \(.machine.date): the line is the limit itself; rates to the right of it are faster, times slower</text>",
    ($rows | to_entries[]
     | (.value.toLimit | log10) as $log | (([([$log, -2] | max), 2] | min) * 120) as $length
     | "<text x=\"380\" y=\"\(52 + 22 * .key)\" text-anchor=\"end\">\(.value.what | escape)</text>",
       "<rect x=\"\(640 + ([$length, 0] | min))\" y=\"\(40 + 22 * .key)\" width=\"\($length | fabs)\" height=\"14\" fill=\"\(if .value.met == false then "#d4351c" else "#1d70b8" end)\"/>",
       "<text x=\"\(645 + ([$length, 0] | max))\" y=\"\(52 + 22 * .key)\">\(.value.toLimit | number)</text>"),
    "<line x1=\"640\" y1=\"32\" x2=\"640\" y2=\"\(50 + 22 * ($rows | length))\" stroke=\"black\"/>",
    "</svg>";
