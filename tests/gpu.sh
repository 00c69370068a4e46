#!/usr/bin/env bash
# Everything that needs a CUDA GPU, in at most 8 minutes: tests, then benchmarks, then one table.
# Builds nothing, and uses the environment that is there. A part that fails stops no other; the exit
# status is not 0 if one did. What is written goes to $OUT, or to a new temporary folder.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
OUT="${OUT:-$(mktemp -d)}"
mkdir -p "$OUT" || exit 1
if command -v uv >/dev/null 2>&1 && [ -d .venv ]; then
  python=(uv run --frozen --no-sync python)
elif [ -x .venv/bin/python ]; then
  python=(.venv/bin/python)
else
  python=(python3)
fi

if ! "${python[@]}" -c 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else 3)' 2>"$OUT/torch.log"; then
  echo "no CUDA device: nothing was tested or measured" >&2
  tail -n 1 "$OUT/torch.log" >&2
  exit 3
fi

{
  date -u +"%Y-%m-%d %H:%M UTC"
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null ||
    echo "no nvidia-smi"
  "${python[@]}" -c 'import torch; print("torch", torch.__version__, "CUDA", torch.version.cuda)'
} | tee "$OUT/machine.txt"

status=0
part() { # part NAME SECONDS COMMAND…
  local name="$1" seconds="$2" rc
  shift 2
  timeout --kill-after=10 "$seconds" "$@" >"$OUT/$name.txt" 2>"$OUT/$name.log"
  rc=$?
  [ "$rc" -eq 0 ] || status=1
  echo "$name: status $rc" | tee -a "$OUT/parts.txt"
}

part tests 150 "${python[@]}" -m pytest -m gpu -n0 -q -p no:cacheprovider
tail -n 15 "$OUT/tests.txt"
part right 90 "${python[@]}" -m tests.benchmarks.gpu --parts right --json "$OUT/right.json"
part maps 60 "${python[@]}" -m tests.benchmarks.gpu --parts maps,chains --json "$OUT/maps.json"
part training 150 "${python[@]}" -m tests.benchmarks.gpu --parts training --seconds 0.2 --json "$OUT/training.json"

echo
cat "$OUT/machine.txt"
echo
echo "| part | what | who | value | unit | |"
echo "|---|---|---|---|---|---|"
grep -hE '^\| (right|maps|chains|training) ' "$OUT"/{right,maps,training}.txt
echo
cat "$OUT/parts.txt"
tail -n 3 "$OUT"/{right,maps,training}.log
echo "written to $OUT"
exit "$status"
