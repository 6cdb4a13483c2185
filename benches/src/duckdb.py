"""Reads a CSV file on one thread, every column of it, some times; prints what that took."""

import json
import sys
import time

import duckdb

path, rounds = sys.argv[1], int(sys.argv[2])
connection = duckdb.connect()
connection.execute("SET threads = 1")
source = f"read_csv('{path}', header = true, all_varchar = true, delim = ',', quote = '\"')"
columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
counts = ", ".join('count("{}")'.format(name.replace('"', '""')) for name in columns)
seconds = []
for _ in range(rounds):
    start = time.perf_counter()
    rows = connection.execute(f"SELECT count(*), {counts} FROM {source}").fetchone()[0]
    seconds.append(time.perf_counter() - start)
print(json.dumps({"version": duckdb.__version__, "rows": rows, "seconds": min(seconds)}))
