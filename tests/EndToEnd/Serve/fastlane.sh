#!/bin/sh
# fastlane.sh URL: what a client of fastlane 2.2 does, with curl and jq alone, against a server that runs jobs in the image "host".
# Every endpoint is asked with and without its last slash. Ends with the first answer that is not fastlane's.
set -eu
url=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*"; cat "$work/body"; exit 1; }

# call STATUS METHOD PATH [BODY]: the answer is in $work/body, its headers in $work/headers.
call() {
  [ $# -lt 4 ] || set -- "$1" "$2" "$3" --data-binary "$4"
  expected=$1 method=$2 path=$3
  shift 3
  status=$(curl -sS -X "$method" -o "$work/body" -D "$work/headers" -w '%{http_code}' "$@" "$url$path")
  [ "$status" = "$expected" ] || fail "$method $path: $status instead of $expected"
}

# both STATUS PATH: GET with and without the slash, and the two are the same. What is told may change between the two: then both are asked again.
both() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    call "$1" GET "$2/"
    cp "$work/body" "$work/first"
    call "$1" GET "$2"
    ! cmp -s "$work/first" "$work/body" || return 0
  done
  fail "$2 and $2/ differ"
}

is() { jq -e "$1" "$work/body" >"$work/said" 2>&1 || fail "$method $path: not $1"; }
text() { [ "$(cat "$work/body")" = "$1" ] || fail "$path: not '$1'"; }
code() { grep -qi "^Fastlane-Exit-Code: $1" "$work/headers" || fail "$path: exit code is not $1: $(cat "$work/headers")"; }
field() { jq -r "$1" "$work/body"; }
ended() { curl -sSN "$url/v1/executions/$1/log?follow=true" >"$work/log"; }

# --- Health ------------------------------------------------------------------------------------------------------------------------
call 200 GET /
is '.redis and .mongo and .errors == []'
both 200 /healthcheck
is '.redis and .mongo and .errors == []'

# --- A job from its post to its end ------------------------------------------------------------------------------------------------
# shellcheck disable=SC2016 # the box's shell expands it
payload='{"image":"host","command":"sh -c '\''echo out $NAME; echo err >&2; exit ${CODE:-0}'\''","envs":{"NAME":"ada","CODE":3,"DB_PASSWORD":"hunter2"},
  "retries":1,"timeout":60,"metadata":{"owner":"ann"},"expiration":4102444800}'
call 200 POST /tasks/first/ "$payload"
is 'keys == ["executionId","executionUrl","jobId","jobUrl","queueJobId","taskId","taskUrl"]'
is '.taskId == "first" and (.taskUrl | endswith("/tasks/first/"))'
job=$(field .jobId) execution=$(field .executionId)
[ "$(field .jobUrl)" = "$url/tasks/first/jobs/$job/" ] || fail 'jobUrl'
[ "$(field .executionUrl)" = "$url/tasks/first/jobs/$job/executions/$execution/" ] || fail 'executionUrl'
ended "$execution"
at=/tasks/first/jobs/$job
both 200 "$at/executions/$execution"
is '.execution | .status == "failed" and .exitCode == 3 and .log == "out ada\n" and .error == "err\n"'
is '.execution | .command != null and .image == "host" and .requestIPAddress == "127.0.0.1" and .startedAt <= .finishedAt'
is '.job.id and .task == {id: "first", url: "'"$url"'/tasks/first/"}'
of=$at/executions/$execution
both 200 "$of/stdout"; text 'out ada'; code 3
both 200 "$of/stderr"; text 'err'; code 3
both 200 "$of/logs"; text "$(printf 'out ada\n\n-=-\nerr')"; code 3
both 200 "$of/stream"; grep -q "ws://.*$of/ws/" "$work/body" || fail "$of/stream: no socket"

# One retry, because it ended with a code; then it stays as it is.
until call 200 GET "$at/" && [ "$(field .job.executionCount)" = 2 ]; do :; done
second=$(field '.job.executions[0].executionId')
ended "$second"
both 200 "$at"
is '.job | .executionCount == 2 and (.executions | length) == 2 and .executions[0].status == "failed" and .scheduled == false'
is '.job | .metadata.custom == {owner: "ann"} and .metadata.envs.DB_PASSWORD == "***" and .metadata.envs.NAME == "ada" and .requestIPAddress == "127.0.0.1"'
both 200 "$at/stdout"; text 'out ada'; code 3
both 200 "$at/stderr"; text 'err'
both 200 "$at/logs"; code 3
both 200 "$at/stream"

# --- Run it again, by hand: 200, and it does what it says --------------------------------------------------------------------------
call 200 POST "$at/retry/"
third=$(field .executionId)
is '.jobId == "'"$job"'"'
ended "$third"
call 200 POST "$at/retry"
fourth=$(field .executionId)
[ "$third" != "$fourth" ] || fail 'two retries are two executions'
ended "$fourth"
call 200 GET "$at/executions/$fourth/"
is '.execution.exitCode == 3'

# --- A UUID of the client's choice, changed by a second PUT ------------------------------------------------------------------------
uuid=5d7a2c5e-3a55-4a2b-9d3b-0c6b1a1f7f01
call 200 PUT "/tasks/chosen/jobs/$uuid/" '{"image":"host","command":"echo one","startIn":"2h30m50s"}'
is '.jobId == "'"$uuid"'" and .executionId == null and .executionUrl == null'
call 200 GET "/tasks/chosen/jobs/$uuid/"
is '.job.scheduled'
call 200 PUT "/tasks/chosen/jobs/$uuid" '{"image":"host","command":"echo two"}'
ended "$(field .executionId)"
call 200 GET "/tasks/chosen/jobs/$uuid/stdout/"
text two
code 0
call 400 PUT /tasks/chosen/jobs/not-a-uuid/ '{"image":"host","command":"true"}'
is '.error and .operation == "enqueue_job"'

# --- Stop ---------------------------------------------------------------------------------------------------------------------------
call 200 POST /tasks/long/ '{"image":"host","command":"sleep 600","retries":5}'
job=$(field .jobId) execution=$(field .executionId)
call 200 POST "/tasks/long/jobs/$job/stop/"
is 'has("taskId") and has("jobId") and has("jobUrl") and has("taskUrl")'
ended "$execution"
call 200 GET "/tasks/long/jobs/$job/"
is '.job.executions | length == 1 and .[0].status == "stopped"'
call 200 POST /tasks/long '{"image":"host","command":"sleep 600","retries":5}'
job=$(field .jobId) execution=$(field .executionId)
call 200 POST "/tasks/long/jobs/$job/executions/$execution/stop"
is '.execution.id == "'"$execution"'" and .job.url and .task.url'
call 200 POST "/tasks/long/jobs/$job/executions/$execution/stop/"
ended "$execution"
call 200 GET "/tasks/long/jobs/$job/executions/$execution/"
is '.execution.status == "stopped"'

# --- A schedule, and its end -------------------------------------------------------------------------------------------------------
call 200 POST /tasks/ticks/ '{"image":"host","command":"true","cron":"*/10 * * * *"}'
is '.executionId == null'
job=$(field .jobId)
call 400 POST "/tasks/ticks/jobs/$job/retry/"
call 400 GET "/tasks/ticks/jobs/$job/stdout/"
both 200 /status
is '.jobs.scheduled | any(.id == "'"$job"'" and .nextScheduledAt)'
is '.queues.scheduled.length >= 1 and .queues.scheduled.nextTimeStamp'
is '.hosts[0] | .available and (.blacklisted | not) and .circuit == "closed"'
is '(.containers.running | type) == "array" and .tasks.count == 4 and .jobs.count == 5 and .fastlane.version'
call 200 POST "/tasks/ticks/jobs/$job/stop"
both 200 /status
is '.jobs.scheduled | all(.id != "'"$job"'")'

# --- Lists -------------------------------------------------------------------------------------------------------------------------
for i in 01 02 03 04 05 06 07 08; do call 200 POST "/tasks/many-$i" '{"image":"host","command":"true","startIn":"1h"}'; done
both 200 /tasks
is '(.items | length) == 10 and .total == 12 and .page == 1 and .pages == 2 and .perPage == 10 and .hasNext and (.hasPrev | not) and .prevUrl == null'
is '.items[0] | has("taskId") and has("createdAt") and has("lastModifiedAt") and .url and .jobsCount == 1'
next=$(field .nextUrl)
call 200 GET "${next#"$url"}"
is '(.items | length) == 2 and .page == 2 and (.hasNext | not) and .hasPrev and .nextUrl == null and .prevUrl'
for page in 0 -1 x; do call 400 GET "/tasks/?page=$page"; done
call 200 GET '/search/?query=an'
is '.total == 8'
call 200 GET '/search?query=irs'
is '.total == 1 and .items[0].taskId == "first"'
call 400 GET /search/
both 200 /tasks/long
is '.taskId == "long" and (.jobs | length) == 2 and (.jobs[0] | has("id") and has("createdAt") and has("url"))'

# --- What is not there, and what is wrong ------------------------------------------------------------------------------------------
both 404 /tasks/none
both 404 "/tasks/first/jobs/$uuid"
both 404 "$at/executions/$uuid"
is '.error and .operation'
call 400 POST /tasks/wrong/ 'this is no JSON'
call 400 POST /tasks/wrong/ '{"command":"true"}'
call 400 POST /tasks/wrong/ '{"image":"host"}'
call 400 POST /tasks/wrong/ '{"image":"host","command":"true","startIn":"1h","cron":"* * * * *"}'
call 404 GET /tasks/wrong/

# --- The blacklist -----------------------------------------------------------------------------------------------------------------
for method in POST PUT; do call 200 "$method" /docker-executor/blacklist/ '{"host":"local"}'; done
until call 200 GET /status/ && jq -e '.hosts[0].blacklisted' "$work/body" >"$work/said"; do :; done
for method in DEL DELETE; do call 200 "$method" /docker-executor/blacklist '{"host":"local"}'; done
until call 200 GET /status/ && jq -e '.hosts[0].blacklisted | not' "$work/body" >"$work/said"; do :; done
call 400 POST /docker-executor/blacklist/ '{}'
call 404 POST /docker-executor/blacklist/ '{"host":"10.9.8.7:2375"}'
echo served
