# How long the program needs to start, against the smallest .NET program there is.
root=$(cd ../.. 2>/dev/null && pwd) || exit 1
