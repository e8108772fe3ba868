#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command as root in a virtual machine with Debian 12's stock kernel, emulated in software, and thrown away
# afterwards. See README.md.
#
#   run.sh [-t SECONDS] [-m MIB] [-l FOLDER] DIRECTORY COMMAND
#   run.sh --prepare      install what is missing, make the image, and stop
#
# DIRECTORY is the machine's /work, where COMMAND (a line for sh) is run; what the machine writes there is there.
# What COMMAND prints, on both outputs, goes to standard output; its exit status is this script's, or
# 124 = not done in time (-t, 900 s if not given), 125 = the machine failed. -l keeps console, dmesg and status.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${SALLYPORT_VM_CACHE:-${HOME:-/root}/.cache/sallyport-vm}
limit=900 memory=1536 log=

die() {
  printf 'vm: %s\n' "$1" >&2
  exit 125
}

usage() {
  sed -n '/^# Runs a command/,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
}

# What this script needs, by the tool that tells whether it is there.
install_missing() {
  local missing=()
  command -v qemu-system-x86_64 >/dev/null || missing+=(qemu-system-x86)
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v mke2fs >/dev/null || missing+=(e2fsprogs)
  [ ${#missing[@]} -eq 0 ] && return
  printf 'vm: installing %s\n' "${missing[*]}" >&2
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } ||
    die "could not install ${missing[*]}"
}

# One builds, others wait; it is built anew when a file it is made of changes.
prepare() {
  local stamp
  stamp=$(cat "$here/build.sh" "$here/packages.list" "$here"/guest/* | sha256sum | cut -d' ' -f1)
  mkdir -p "$cache"
  exec 8>"$cache/lock"
  flock 8
  if [ "$(cat "$cache/stamp" 2>/dev/null)" != "$stamp" ]; then
    [ "$(id -u)" = 0 ] || die "making the image needs root"
    install_missing
    rm -f -- "$cache/stamp"
    "$here/build.sh" "$cache" || die "the image could not be made, see $cache/build.log"
    printf '%s\n' "$stamp" >"$cache/stamp"
  fi
  flock -u 8
  install_missing
}

while [ $# -gt 0 ]; do
  case $1 in
    -t) limit=$2 && shift 2 ;;
    -m) memory=$2 && shift 2 ;;
    -l) log=$2 && shift 2 ;;
    --prepare)
      prepare
      exit 0
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) die "there is no option $1" ;;
    *) break ;;
  esac
done
[ $# -eq 2 ] || {
  usage >&2
  exit 125
}
directory=$(realpath -- "$1")
[ -d "$directory" ] || die "there is no folder $directory"
prepare

work=$(mktemp -d)
machine= reader=
cleanup() {
  [ -z "$machine" ] || kill "$machine" 2>/dev/null || true
  [ -z "$reader" ] || kill "$reader" 2>/dev/null || true
  rm -rf -- "$work"
}
trap cleanup EXIT
trap 'exit 143' INT TERM HUP
mkdir "$work/control"
printf '%s\n' "$2" >"$work/control/command"

# A pipe with a name: at the end of its input qemu's own standard output reports a hang-up, and every write of the
# machine blocks. Descriptor 3 holds it open, so that neither side waits for the other.
mkfifo "$work/output"
exec 3<>"$work/output"
cat <"$work/output" 3>&- &
reader=$!
timeout -k 5 "$limit" qemu-system-x86_64 \
  -M pc -nodefaults -no-user-config -display none -no-reboot \
  -accel "${SALLYPORT_VM_ACCEL:-tcg,thread=multi}" -cpu "${SALLYPORT_VM_CPU:-Nehalem}" -smp "$(nproc)" -m "$memory" \
  -kernel "$cache/vmlinuz" -initrd "$cache/initrd" -append "console=ttyS0 quiet panic=-1" \
  -drive "file=$cache/root.img,format=raw,if=none,id=root,snapshot=on" -device virtio-blk-pci,drive=root \
  -virtfs "local,path=$work/control,mount_tag=control,security_model=none" \
  -virtfs "local,path=$directory,mount_tag=work,security_model=none,multidevs=remap" \
  -device virtio-rng-pci \
  -chardev "file,id=console,path=$work/console" -serial chardev:console \
  -chardev "file,id=output,path=$work/output" -device virtio-serial-pci \
  -device virtserialport,chardev=output,name=output </dev/null 3>&- &
machine=$!
ended=0
wait "$machine" || ended=$?
machine=
exec 3>&-
wait "$reader" || true
reader=
if [ -n "$log" ]; then
  mkdir -p "$log"
  for file in "$work/console" "$work/control/dmesg" "$work/control/status"; do
    [ ! -e "$file" ] || cp -- "$file" "$log/"
  done
fi
[ ! -s "$work/control/status" ] || exit "$(cat "$work/control/status")"
case $ended in
  124 | 137)
    printf 'vm: not done within %s s\n' "$limit" >&2
    exit 124
    ;;
esac
printf 'vm: the machine failed (%s); the end of its console:\n' "$ended" >&2
tail -n 30 "$work/console" >&2
exit 125
