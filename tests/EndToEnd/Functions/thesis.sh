#!/bin/sh
# thesis.sh URL: what the scripts of the thesis's platform do, with curl, tar and jq alone, against a server whose project is anything.
set -eu
url=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*"; cat "$work/body"; exit 1; }

# call STATUS CURL-ARGUMENTS... PATH: the answer is in $work/body.
call() {
  expected=$1
  shift
  status=$(curl -sS -o "$work/body" -w '%{http_code}' "$@")
  [ "$status" = "$expected" ] || fail "$*: $status instead of $expected"
}

is() { jq -e "$1" "$work/body" >"$work/said" 2>&1 || fail "not $1"; }
text() { [ "$(cat "$work/body")" = "$1" ] || fail "not '$1'"; }

# ended NUMBER: the call when it is not pending any more.
ended() {
  until call 200 "$url/call/$1" && jq -e '.status != "PENDING"' "$work/body" >"$work/said"; do :; done
}

mkdir "$work/dice" "$work/broken"
cat >"$work/dice/test.py" <<'CODE'
import json, random
with open("input.json") as f:
    count, sides = map(int, json.load(f)["roll"].split("d"))
with open("output.json", "w") as f:
    json.dump({"output": str([random.randint(1, sides) for _ in range(count)])}, f)
CODE
: >"$work/dice/requirements.txt"
echo 'raise SystemExit("it\u0027s broken")' >"$work/broken/test.py"
tar -czf "$work/python.tar.gz" -C "$work/dice" test.py requirements.txt
tar -czf "$work/broken.tar.gz" -C "$work/broken" test.py

call 200 "$url/runtimes"
text '[]'
call 200 --header "Content-Type: application/json" -X POST \
  --data '{"image": "host","path": "/ws","dependencies": "echo ","run":"python3 test.py"}' "$url/registerRuntime"
call 400 --header "Content-Type: application/json" -X POST --data '{"image": "host","path": "/ws","dependencies": "echo ","run":"python3 test.py"}' "$url/registerRuntime"
call 400 --header "Content-Type: application/json" -X POST --data '{"image": "host"}' "$url/registerRuntime"
call 200 "$url/runtimes"
text '["host"]'

call 200 -X POST -F "module=@$work/python.tar.gz" "$url/registerFunction/host/dice"
call 200 -X POST -F "module=@$work/broken.tar.gz" "$url/registerFunction/host/broken"
call 400 -X POST -F "module=@$work/python.tar.gz" "$url/registerFunction/host/dice"
call 400 -X POST -F "module=@$work/python.tar.gz" "$url/registerFunction/none/dice2"
call 400 -X POST -F "module=@$work/python.tar.gz" "$url/registerFunction/host/with-hyphen"
call 200 "$url/functions"
is '. == ["broken","dice"]'

call 200 --header "Content-Type: application/json" -X POST --data '{"funcName":"dice", "params": {"roll":"4d6"}}' "$url/invokeFunction"
text 1
ended 1
is '.funcName == "dice" and .params == {"roll":"4d6"} and .callNum == 1 and .status == "DONE"'
is '.result | type == "string" and (fromjson | length == 4)'
call 200 --header "Content-Type: application/json" -X POST --data '{"funcName":"broken", "params": {}}' "$url/invokeFunction"
text 2
ended 2
is '.status == "FAILED" and (.error | length > 0)'
call 404 --header "Content-Type: application/json" -X POST --data '{"funcName":"none", "params": {}}' "$url/invokeFunction"
call 200 "$url/calls"
is '(keys == ["c1","c2"]) and .c1.callNum == 1'
call 404 "$url/call/99"
echo served
