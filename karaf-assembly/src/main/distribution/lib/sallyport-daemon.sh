# SPDX-License-Identifier: Apache-2.0
# Read by bin/sallyport for the word "daemon": checks the folders, prepares Karaf's base and becomes the Java machine.
# It forks as little as it can, because the host waits behind its fail mode until the daemon is ready.

umask 022
# iptables lives in sbin; texts and file names are UTF-8 whoever starts us.
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C.UTF-8
export PATH LC_ALL
[ "$(id -u)" = 0 ] || die "the daemon must be started by root"

# check_path VARIABLE PATH: refuses what cannot be a safe folder name in a path, a property or a class path.
check_path() {
  case $2 in
    /*) ;;
    *) die "$1 must be an absolute path, found: $2" ;;
  esac
  case $2/ in
    */../* | */./*) die "$1 must not contain . or .. as a part, found: $2" ;;
    *[!A-Za-z0-9._/@+=~-]*) die "$1 may contain letters, digits and . _ / @ + = ~ - only" ;;
  esac
}

# check_ancestors VARIABLE PATH: all folders above PATH belong to root and let nobody else replace what is below.
check_ancestors() {
  rest=${2%/*}
  set -- "$1"
  while [ -n "$rest" ]; do
    # Words, not a list: the characters of a path were checked above.
    set -- "$@" "$rest"
    rest=${rest%/*}
  done
  name=$1
  shift
  stat -c '%u %a %F %n' -- / "$@" 2>/dev/null | while read -r owner mode type path; do
    case $type in
      symbolic)
        [ "$owner" = 0 ] || die "$name is not safe: the link ${path#link } above it does not belong to root"
        continue
        ;;
      directory) ;;
      *) die "$name is not usable: ${path#* } above it is not a folder" ;;
    esac
    [ "$owner" = 0 ] || die "$name is not safe: the folder $path above it does not belong to root"
    case $mode in
      [1357]???) ;;
      *[2367]? | *[2367]) die "$name is not safe: others may write to the folder $path above it" ;;
    esac
  done
}

# safe_folder VARIABLE PATH MODE: creates the folder if missing, checks it and prints its path free of links.
safe_folder() {
  check_path "$1" "$2"
  path=$2
  while [ "$path" != "${path%/}" ]; do path=${path%/}; done
  [ -n "$path" ] || die "$1 must not be the root folder"
  [ ! -h "$path" ] || die "$1 must not be a link: $path"
  check_ancestors "$1" "$path" || exit 1
  # Created with the final mode at once, so that nobody can slip in between; parents are for all to pass.
  if [ ! -e "$path" ]; then
    mkdir -p -m "$3" -- "$path" 2>/dev/null || die "$1 cannot be created: $path"
  fi
  path=$(readlink -f -- "$path") || die "$1 cannot be resolved: $2"
  check_path "$1" "$path"
  check_ancestors "$1" "$path" || exit 1
  [ -d "$path" ] || die "$1 is not a folder: $path"
  owner_mode=$(stat -c '%u %a' -- "$path")
  [ "${owner_mode% *}" = 0 ] || die "$1 must belong to root: $path"
  case ${owner_mode#* } in
    *[2367]? | *[2367]) die "$1 must not be writable by group or others: $path" ;;
  esac
  printf '%s' "$path"
}

# Sets $java to a Java 17, found without starting one where the release file tells.
find_java() {
  for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} /usr/lib/jvm/*17*/bin/java "$(command -v java || :)"; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && is_java_17 "$candidate"; then
      java=$candidate
      return
    fi
  done
  die "Java 17 was not found: install openjdk-17-jre-headless or set JAVA_HOME"
}

is_java_17() {
  release=${1%/bin/java}/release
  if [ -r "$release" ]; then
    while IFS='=' read -r key value; do
      if [ "$key" = JAVA_VERSION ]; then
        case $value in
          '"17"' | '"17.'*) return 0 ;;
          *) return 1 ;;
        esac
      fi
    done <"$release"
  fi
  "$1" -version 2>&1 | grep -q 'version "17[."]'
}

# Sets $base: Karaf's working folder of this very build. Karaf never notices changed bundles of an equal version,
# so another build never sees this one's cache.
prepare_base() {
  base=$state/karaf/$build
  for old in "$state"/karaf/*; do
    [ "$old" = "$base" ] || rm -rf -- "$old"
  done
  [ -d "$state/karaf" ] || mkdir -m 0700 -- "$state/karaf"
  [ -d "$base" ] || mkdir -m 0700 -- "$base"
  read -r boot </proc/sys/kernel/random/boot_id
  drop_damaged_data
  mkdir -p -m 0700 -- "$base/data/tmp" "$state/log" "$state/jna"
  if [ ! -d "$base/etc" ]; then
    rm -rf -- "$base/etc.new"
    cp -R -- "$home/etc" "$base/etc.new"
    mv -- "$base/etc.new" "$base/etc"
  fi
  printf '%s\n' "$boot" >"$base/boot"
}

# A cache whose first start did not finish, or that a power cut caught open, may be half written: start afresh.
# Karaf notes pid 0 when it has stopped in order; data written before a crash of Java alone is whole.
drop_damaged_data() {
  [ -d "$base/data" ] || return 0
  if grep -qs '"bootDone" *: *true' "$base"/data/cache/bundle*/data/state.json; then
    last_boot=
    [ ! -r "$base/boot" ] || read -r last_boot <"$base/boot" || :
    [ "$last_boot" != "$boot" ] || return 0
    ! grep -qs '^item.0.pid *= *0$' "$base/instances/instance.properties" || return 0
  fi
  rm -rf -- "$base/data" "$base/etc"
}

# Sets $confined to the command that leaves the daemon, and all it starts, these capabilities and no others for good;
# docs/capabilities.md says what each is for. A setpriv that does not know them costs the confinement, not the firewall.
confine() {
  confined=
  wanted=${SALLYPORT_CAPABILITIES:-$1}
  case $wanted in
    all) return ;;
    *[!a-z0-9_,]*) die "SALLYPORT_CAPABILITIES must be all or names separated by commas, found: $wanted" 2 ;;
  esac
  bounds=-all
  IFS=,
  for capability in $wanted; do bounds=$bounds,+$capability; done
  unset IFS
  confined="setpriv --inh-caps=-all --bounding-set=$bounds --"
  if ! problem=$($confined true 2>&1); then
    [ -z "${SALLYPORT_CAPABILITIES-}" ] || die "the capabilities cannot be restricted: $problem"
    printf 'sallyport: keeps all capabilities: %s\n' "$problem" >&2
    confined=
  fi
}

arm=${SALLYPORT_ARM:-yes}
case $arm in
  yes | no) ;;
  *) die "SALLYPORT_ARM must be yes or no, found: $arm" 2 ;;
esac
etc=$(safe_folder SALLYPORT_ETC "${SALLYPORT_ETC:-/etc/sallyport}" 0755)
state=$(safe_folder SALLYPORT_STATE "${SALLYPORT_STATE:-/var/lib/sallyport}" 0700)
run=$(safe_folder SALLYPORT_RUN "${SALLYPORT_RUN:-/run/sallyport}" 0750)
find_java

# The descriptor stays open in the Java machine, so the lock ends with it, however it ends.
[ ! -h "$state/lock" ] || die "$state/lock must not be a link"
exec 9>>"$state/lock"
flock -n 9 || die "another daemon runs with the state folder $state"

# cap_38 and cap_39 are perfmon and bpf, by numbers since older tools do not know their names.
confine chown,dac_override,dac_read_search,fowner,kill,setgid,setuid,net_admin,net_raw,sys_module,sys_ptrace,sys_admin,sys_nice,cap_38,cap_39
prepare_base
printf '%s\n' "$$" >"$run/daemon.pid" # exec keeps it; whoever reads it checks whose it is now
cd "$base"

# A small heap start, because the packet path does not allocate. C2 compiles later than by default (thresholds x 4):
# a fifth less CPU until ready, and what is hot per packet passes the threshold within seconds of traffic anyway.
# No --patch-module (Karaf uses it for XML parsers found in bundles): it would switch class-data sharing off.
set -- \
  -XX:+UseG1GC -Xms32m -Xmx256m -Xss512k \
  -XX:MaxMetaspaceSize=160m -XX:ReservedCodeCacheSize=64m \
  -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=2400 \
  -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=160000 \
  -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData \
  --add-opens=java.base/java.security=ALL-UNNAMED \
  --add-opens=java.base/java.net=ALL-UNNAMED \
  --add-opens=java.base/java.lang=ALL-UNNAMED \
  --add-opens=java.base/java.util=ALL-UNNAMED \
  --add-opens=java.naming/javax.naming.spi=ALL-UNNAMED \
  --add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED \
  --add-exports=java.base/sun.net.www.protocol.ftp=ALL-UNNAMED \
  --add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED \
  --add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED \
  --add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED \
  --add-exports=java.base/sun.net.www.content.text=ALL-UNNAMED \
  "-Dkaraf.home=$home" \
  "-Dkaraf.base=$base" \
  "-Dkaraf.data=$base/data" \
  "-Dkaraf.etc=$base/etc" \
  "-Dkaraf.log=$state/log" \
  "-Dkaraf.instances=$base/instances" \
  -Dkaraf.startLocalConsole=false \
  -Dkaraf.startRemoteShell=false \
  -Dkaraf.restart.jvm.supported=false \
  -Dfile.encoding=UTF-8 \
  "-Djava.io.tmpdir=$base/data/tmp" \
  "-Djava.util.logging.config.file=$base/etc/java.util.logging.properties" \
  "-Djna.tmpdir=$state/jna" \
  "-Dsallyport.home=$home" \
  "-Dsallyport.etc=$etc" \
  "-Dsallyport.state=$state" \
  "-Dsallyport.run=$run" \
  "-Dsallyport.arm=$arm" \
  "-Dsallyport.version=$version" \
  "-Dsallyport.build=$build" \
  -Dsallyport.ready.fd=3

# The Java side writes the one line of standard output to descriptor 3; whatever else is printed is log.
exec 3>&1 1>&2 </dev/null
# SALLYPORT_JAVA_OPTS and the command in front are split into words on purpose, but not expanded.
set -f
# shellcheck disable=SC2086
exec $confined "$java" "$@" ${SALLYPORT_JAVA_OPTS-} \
  -classpath "$home/lib/boot/*:$home/lib/jdk9plus/*:$home/lib/endorsed/*" \
  org.apache.karaf.main.Main
