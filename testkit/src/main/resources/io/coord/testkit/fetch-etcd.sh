#!/bin/sh
# Fetches etcd and etcdctl from the package source that this Debian or Ubuntu machine already uses.
#
#   sh fetch-etcd.sh TARGET_DIR [VERSION]
#
# Leaves TARGET_DIR/<version>/etcd and TARGET_DIR/<version>/etcdctl, and prints that folder's path.
# VERSION, a series such as 3.4 or one release, lets no other do.
# Needs no root and changes nothing outside of TARGET_DIR: apt works on a state of its own, which is
# removed at the end. What is in TARGET_DIR already is used again. Several runs may go on at once.
# COORD_APT_DIR and COORD_OS_RELEASE name other places than /etc/apt and /etc/os-release, for a
# machine that keeps its package sources elsewhere.
#
# Exit status: 0 fetched or found, 2 wrong call, 3 this machine has no such package source, 4 the
# package source does not give an etcd that runs here. Messages go to standard error.
set -eu

APT_DIR=${COORD_APT_DIR:-/etc/apt}
OS_RELEASE=${COORD_OS_RELEASE:-/etc/os-release}
# The suite of Debian whose etcd is the newest that also runs on the stable release before it.
PREFERRED_SUITE=trixie
# The suite of Debian whose etcd is of the series 3.4.
SUITE_OF_3_4=bookworm

say() { echo "fetch-etcd: $*" >&2; }

# Writes the machine's entries of the distribution's own archive, as one-line entries, to standard
# output. $1 is the distribution (debian, ubuntu); $2, when not empty, replaces the suite.
# Third-party sources, and suites for security, updates and backports, are left out.
archive_entries() {
  {
    for file in "$APT_DIR"/sources.list "$APT_DIR"/sources.list.d/*.list; do
      [ -f "$file" ] && cat "$file" && echo
    done
    for file in "$APT_DIR"/sources.list.d/*.sources; do
      [ -f "$file" ] && deb822_to_lines < "$file"
    done
    :
  } | awk -v distribution="$1" -v suite="$2" '
    # Takes "deb [options] uri suite component...".
    $1 == "deb" {
      line = $0
      sub(/^deb[ \t]+/, "", line)
      options = ""
      if (line ~ /^\[/) {
        options = line
        sub(/\].*/, "]", options)
        sub(/^\[[^]]*\][ \t]*/, "", line)
      }
      sub(/[ \t]*#.*/, "", line)
      count = split(line, word, /[ \t]+/)
      uri = word[1]
      own = word[2]
      components = ""
      for (i = 3; i <= count; i++) components = components " " word[i]
      archive = uri
      sub(/\/+$/, "", archive)
      sub(/\.list$/, "", archive)
      sub(/^.*\//, "", archive)
      if (archive != distribution && archive != distribution "-ports" \
          && index(options, distribution "-archive-keyring") == 0) next
      if (own ~ /[-\/](security|updates|backports|proposed|proposed-updates|debug|lts)/ \
          || archive ~ /security/) next
      if ((components " ") !~ / main /) next
      entry = "deb " (options == "" ? "" : options " ") uri " " (suite == "" ? own : suite) components
      if (!(entry in seen)) print entry
      seen[entry] = 1
    }'
}

# Turns deb822 stanzas into one-line entries. Embedded keys cannot be said in one line; such a stanza
# is left to the keys that apt trusts anyway.
deb822_to_lines() {
  awk '
    function flush(  t, u, s, options, i, j) {
      if (enabled != "no" && (" " field["types"] " ") ~ / deb /) {
        options = ""
        if (field["signed-by"] ~ /^\//) options = "[signed-by=" field["signed-by"] "]"
        if (field["trusted"] == "yes") options = "[trusted=yes]"
        u = split(field["uris"], uris, " ")
        s = split(field["suites"], suites, " ")
        for (i = 1; i <= u; i++) for (j = 1; j <= s; j++)
          print "deb " options " " uris[i] " " suites[j] " " field["components"]
      }
      split("", field)
      enabled = "yes"
      name = ""
    }
    BEGIN { enabled = "yes" }
    /^[ \t]*#/ { next }
    /^[ \t]*$/ { flush(); next }
    /^[ \t]/ { sub(/^[ \t]+/, ""); field[name] = field[name] " " $0; next }
    {
      name = tolower($0)
      sub(/:.*/, "", name)
      value = $0
      sub(/^[^:]*:[ \t]*/, "", value)
      sub(/[ \t]+$/, "", value)
      field[name] = value
      if (name == "enabled") enabled = tolower(value)
    }
    END { flush() }'
}

apt_private() {
  apt-get -qq \
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" \
    -o Dir::Etc::sourcelist="$work/entries.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o APT::Sandbox::User="$(id -un)" -o APT::Update::Post-Invoke-Success= \
    -o Acquire::Languages=none -o Acquire::Retries=3 -o Acquire::http::Timeout=30 \
    "$@"
}

# Fetches the packages of one suite into $work/root. Gives 1 when that suite does not serve.
fetch_suite() {
  rm -rf "$work/root" "$work/state" "$work/cache" "$work/packages"
  mkdir -p "$work/root" "$work/state/lists/partial" "$work/cache/archives/partial" "$work/packages"
  : > "$work/status"
  archive_entries "$distribution" "$1" > "$work/entries.list"
  [ -s "$work/entries.list" ] || return 1
  # One entry that fails does not matter as long as the packages can be had from another.
  apt_private update >> "$work/log" 2>&1 || :
  (cd "$work/packages" && apt_private download etcd-server etcd-client) >> "$work/log" 2>&1 ||
    return 1
  for package in "$work"/packages/*.deb; do
    dpkg-deb -x "$package" "$work/root" >> "$work/log" 2>&1 || return 1
  done
  version=$("$work/root/usr/bin/etcd" --version 2>> "$work/log" |
    sed -n 's/^etcd Version: *//p') || return 1
  [ -n "$version" ] || return 1
  is_wanted "$version" && return 0
  echo "got etcd $version; expected $wanted" >> "$work/log"
  return 1
}

is_wanted() {
  case $1 in
    "$wanted" | "$wanted".*) return 0 ;;
  esac
  [ -z "$wanted" ]
}

# Puts what was fetched in place in one step; if another run was faster, its result stands.
install_version() {
  mkdir "$work/out"
  cp "$work/root/usr/bin/etcd" "$work/root/usr/bin/etcdctl" "$work/out/"
  chmod 755 "$work/out/etcd" "$work/out/etcdctl"
  if [ ! -x "$target/$version/etcd" ]; then
    mv -T "$work/out" "$target/$version" 2>> "$work/log" || [ -x "$target/$version/etcd" ]
  fi
}

newest_present() {
  for folder in "$target"/*/; do
    folder=${folder%/}
    [ -x "$folder/etcd" ] && [ -x "$folder/etcdctl" ] && is_wanted "${folder##*/}" &&
      echo "$folder"
  done | sort -V | tail -n 1
}

if [ $# -lt 1 ] || [ $# -gt 2 ] || [ -z "$1" ]; then
  say "usage: sh fetch-etcd.sh TARGET_DIR [VERSION]"
  exit 2
fi
wanted=${2:-}
mkdir -p "$1"
target=$(cd "$1" && pwd)

present=$(newest_present)
if [ -n "$present" ]; then
  echo "$present"
  exit 0
fi

for tool in apt-get dpkg-deb awk; do
  if ! command -v "$tool" > /dev/null 2>&1; then
    say "this machine has no $tool, so it is not Debian or Ubuntu"
    exit 3
  fi
done
distribution=$(. "$OS_RELEASE" 2> /dev/null && echo "${ID:-}") || distribution=
case $distribution in
  debian)
    suites="$PREFERRED_SUITE own"
    case $wanted in
      3.4 | 3.4.*) suites="$SUITE_OF_3_4 own" ;;
    esac
    ;;
  ubuntu) suites=own ;;
  *)
    say "this machine is \"$distribution\", neither Debian nor Ubuntu"
    exit 3
    ;;
esac
if [ -z "$(archive_entries "$distribution" "")" ]; then
  say "no entry of the $distribution archive in $APT_DIR"
  exit 3
fi

work=$(mktemp -d "$target/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT HUP
trap 'exit 143' TERM

for suite in $suites; do
  [ "$suite" = own ] && suite=
  if fetch_suite "$suite" && install_version; then
    echo "$target/$version"
    exit 0
  fi
  echo "-- the suite \"${suite:-of this machine}\" did not give an etcd" >> "$work/log"
done
say "the $distribution package source gave no etcd${wanted:+ $wanted} that runs here:"
tail -n 20 "$work/log" >&2
exit 4
