#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes the virtual machine that run.sh starts, from Debian packages only: the stock kernel, an initramfs that
# finds the disk, and a disk with what packages.list names. Called by run.sh when one of its files changed.
#
#   build.sh FOLDER
#
# Needs root and apt; some minutes, done once. Leaves vmlinuz, initrd, root.img, kernel-version and build.log.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${1:?a folder for the image}
suite=bookworm
mkdir -p "$folder"
work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
root=$work/root

say() { printf 'vm: [%s s] %s\n' "$SECONDS" "$*" >&2; }

# The folder for manuals is where the JRE's installation makes links. The kernel is fetched and not installed: what
# its installation would run (initramfs-tools, the boot loader) is of no use here.
make_root() {
  local packages fetch
  packages=$(sed 's/#.*//' "$here/packages.list" | tr -s ' \n' ',' | sed 's/^,//; s/,$//')
  fetch='set -e; cd "$1/var/cache/apt"; chroot "$1" apt-get update -qq
    package=$(chroot "$1" apt-cache depends linux-image-amd64 | sed -n "s/.*Depends: \(linux-image-[^ ]*\)/\1/p" | head -n 1)
    chroot "$1" sh -c "cd /var/cache/apt && apt-get download -qq $package"'
  mmdebstrap --mode=root --variant=apt --quiet --include="$packages" \
    --setup-hook='mkdir -p "$1/usr/share/man/man1"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --aptopt='APT::Install-Recommends "false"' \
    --customize-hook="$fetch" --skip=cleanup/apt/cache \
    "$suite" "$root" >"$folder/build.log" 2>&1 || {
    tail -n 20 "$folder/build.log" >&2
    exit 1
  }
}

# Of the modules only what tests can meet: the network, the disk, the folders shared with the host.
take_kernel() {
  dpkg -x "$root"/var/cache/apt/linux-image-*.deb "$work/kernel"
  rm -rf -- "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
  version=$(basename -- "$work"/kernel/lib/modules/*)
  cp -- "$work/kernel/boot/vmlinuz-$version" "$work/vmlinuz"
  local from=$work/kernel/lib/modules/$version to=$root/usr/lib/modules/$version
  mkdir -p "$to/kernel"
  (cd "$from/kernel" && tar cf - net lib crypto arch drivers/virtio drivers/block/virtio_blk.ko drivers/char/virtio_console.ko \
    drivers/char/hw_random drivers/net/veth.ko drivers/net/dummy.ko fs/9p fs/ext4 fs/jbd2 fs/mbcache.ko fs/netfs fs/fscache) |
    tar xf - -C "$to/kernel"
  cp -- "$from"/modules.{order,builtin,builtin.modinfo} "$to/"
  chroot "$root" depmod "$version"
}

# busybox, the modules that reach the disk in the order of their needs, and the first program.
make_initrd() {
  local into=$work/initrd.d number=10
  mkdir -p "$into"/{bin,dev,proc,root,modules}
  cp -- "$root/bin/busybox" "$into/bin/"
  for module in virtio_pci virtio_blk crc32c_generic ext4; do
    chroot "$root" modprobe -S "$version" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
  done | awk '!seen[$0]++' | while read -r file; do
    cp -- "$root$file" "$into/modules/$number-$(basename -- "$file")"
    number=$((number + 1))
  done
  install -m 755 "$here/guest/init" "$into/init"
  (cd "$into" && find . | ./bin/busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initrd"
}

say "root file system of $suite"
make_root
say "kernel"
take_kernel
say "initramfs"
make_initrd
say "disk"
mkdir -p "$root/work"
install -m 755 "$here/guest/start" "$root/usr/sbin/vm-start"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
mke2fs -q -F -t ext4 -O ^has_journal -d "$root" "$work/root.img" "$(($(du -sm "$root" | cut -f1) * 5 / 4 + 768))M"
for file in vmlinuz initrd root.img; do mv -- "$work/$file" "$folder/$file"; done
printf '%s\n' "$version" >"$folder/kernel-version"
say "Linux $version, $(du -sh "$folder" | cut -f1) in $folder"
