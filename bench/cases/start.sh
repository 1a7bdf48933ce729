#!/bin/sh
# How long the program needs to start, against the smallest .NET program there is (published the same way).
set -eu
root=$(cd .. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bare"
cat >"$work/bare/bare.csproj" <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <InvariantGlobalization>true</InvariantGlobalization>
    <PublishReadyToRun>true</PublishReadyToRun>
  </PropertyGroup>
</Project>
P
echo 'System.Console.WriteLine("bare");' >"$work/bare/Program.cs"
(cd "$work/bare" && dotnet publish -c Release --use-current-runtime --no-self-contained -o out -nodeReuse:false -v quiet --nologo >/dev/null)
"$root/glovebox" --version >/dev/null
export DOTNET_EnableDiagnostics=0

# middle COMMAND...: the median of 41 runs in milliseconds.
middle() {
  for _ in $(seq 41); do
    a=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    b=$(date +%s%N)
    echo $(((b - a) / 1000))
  done | sort -n | sed -n 21p | awk '{ printf "%.1f", $1 / 1000 }'
}

bare=$(middle "$work/bare/out/bare")
line() { printf '%-34s %7s ms   %5s x\n' "$1" "$2" "$(awk -v a="$2" -v b="$bare" 'BEGIN { printf "%.2f", a / b }')"; }
line 'a bare .NET program' "$bare"
line 'glovebox --version (launcher too)' "$(middle "$root/glovebox" --version)"
line 'the same without the launcher' "$(middle "$root/build/glovebox/Glovebox.Cli" --version)"
line 'glovebox runs ls --help' "$(middle "$root/glovebox" runs ls --help)"
