# Starts a program for each call: inside its box, for contracts that need no interpreter. A line with a number comes on the named pipe, the files
# hold what goes in and out, and a line with the number and the exit code goes back.
#   sh runner.sh plain|thesis COMMAND...
contract=$1
shift
folder=/run/glovebox
exec 3<"$folder/link/go" || exit 70
echo ready
while read -r call <&3; do
  if [ "$contract" = thesis ]; then
    rm -rf output.json input.json
    cat "$folder/in" >input.json
    "$@" </dev/null >"$folder/out" 2>"$folder/err" 3<&-
    code=$?
    : >"$folder/result"
    [ -f output.json ] && cat output.json >"$folder/result"
  else
    "$@" <"$folder/in" >"$folder/result" 2>"$folder/err" 3<&-
    code=$?
  fi
  echo "$call $code"
done
