# SPDX-License-Identifier: Apache-2.0
# What the words of the launcher share. Sourced, not run; sets nothing but functions.

die() {
  printf 'sallyport: %s\n' "$1" >&2
  exit "${2:-1}"
}

say() {
  printf '==> %s\n' "$1" >&2
}

need_root() {
  [ "$(id -u)" = 0 ] || die "this needs root; run it with sudo"
}

# need_packages COMMAND:PACKAGE… installs the Debian packages of the commands that are missing.
need_packages() {
  missing=
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null 2>&1 || die "please install:$missing"
  say "installing$missing"
  log=$(mktemp)
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "the packages could not be installed:$missing"
  fi
  rm -f "$log"
}

# The JDK that builds and runs Sallyport, in JAVA_HOME.
need_jdk() {
  for home in "${JAVA_HOME-}" /usr/lib/jvm/java-17-openjdk-*; do
    if [ -x "$home/bin/javac" ] && grep -qs '^JAVA_VERSION="17\.' "$home/release"; then
      export JAVA_HOME="$home"
      return 0
    fi
  done
  need_packages no-jdk-17:openjdk-17-jdk-headless
  for home in /usr/lib/jvm/java-17-openjdk-*; do
    [ -x "$home/bin/javac" ] || continue
    export JAVA_HOME="$home"
    return 0
  done
  die "no JDK 17 was found after its installation"
}

need_tools() {
  need_jdk
  need_packages mvn:maven iptables-nft-restore:iptables ip:iproute2 nsenter:util-linux perl:perl-base
}

# Builds the distribution unless it is newer than every source.
build() {
  stamp=$assembly/bin/sallyport
  if [ -x "$stamp" ] && [ -z "$(find "$root/pom.xml" "$root/bundles" "$root/features" \
    "$root/karaf-assembly" -name target -prune -o -type f -newer "$stamp" -print -quit)" ]; then
    return 0
  fi
  say "building (the first time this fetches libraries and takes a few minutes)"
  (cd "$root" && mvn -B -Dmaven.test.skip=true -pl karaf-assembly -am package 2>&1) | progress \
    || die "the build failed"
  [ -x "$stamp" ] || die "the build failed; see above"
  touch "$stamp"
}

# Shows what Maven is building, and all of its words if that fails.
progress() {
  log=$(mktemp)
  tee "$log" | sed -nu 's/^\[INFO\] Building \(Sallyport[^0-9]*\).*\(\[[0-9/]*\]\)$/    \2 \1/p' >&2
  if ! grep -q 'BUILD SUCCESS' "$log"; then
    grep -E '^\[(ERROR|WARNING)\]' "$log" | head -n 40 >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# await SECONDS WHAT COMMAND… until the command succeeds.
await() {
  seconds=$1
  what=$2
  shift 2
  end=$(($(date +%s) + seconds))
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || die "$what did not happen within $seconds s"
    sleep 0.1
  done
}
