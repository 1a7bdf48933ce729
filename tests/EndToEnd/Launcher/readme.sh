#!/bin/bash
# Does what README.md shows, line by line, in the clone that it lies in: each "$ ..." of a block, block by block, until one fails.
#   ../shared/tools/fresh-machine tests/EndToEnd/Launcher/readme.sh
set -euo pipefail
cd "$(dirname "$(readlink -f -- "$0")")/../../.."
command -v curl >/dev/null || apt-get install -y -qq curl >/dev/null # what a reader has
said=$(mktemp)
server=
end() {
  [ -z "$server" ] || { kill "$server"; wait "$server" || true; }
  rm -f "$said"
}
trap end EXIT

# The ids that the README shows are another run's: the first of here stands for them.
first=
address=
mapfile -t lines < <(awk '/^```/ { inside = !inside } inside && /^\$ / { print substr($0, 3) }' README.md)
[ "${#lines[@]}" -gt 15 ]
for line in "${lines[@]}"; do
  line=${line//3bc934d062be/$first}
  line=${line//3bc9/$first}
  line=${line//localhost:10000/${address#http://}}
  printf '\n$ %s\n' "$line"
  case $line in
    *" serve &")
      # A port that is free, and the next line when it listens, as a reader would.
      ./glovebox serve --urls http://127.0.0.1:0 >"$said" 2>&1 &
      server=$!
      until address=$(grep -o -m 1 'http://127.0.0.1:[0-9]*' "$said"); do kill -0 "$server"; sleep 0.2; done
      export GLOVEBOX_SERVER=$address
      ;;
    *) bash -euo pipefail -c "$line" ;;
  esac
  if [ -z "$first" ]; then
    listed=$(./glovebox runs ls --json -n 1)
    first=$(grep -o '"id": *"[0-9a-f]*"' <<<"$listed" | cut -d'"' -f4)
  fi
  [ -n "$first" ]
done
printf '\nREADME.md is true\n'
