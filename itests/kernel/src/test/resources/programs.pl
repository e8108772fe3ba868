#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# programs.pl ID…: the names of those BPF programs that the kernel still has, a line each (bpf(2), linux/bpf.h).
use strict;
use warnings;
use POSIX ();

my %number_of = (x86_64 => 321, aarch64 => 280);
my $bpf = $number_of{(POSIX::uname())[4]} // die "no number of bpf(2)\n";
my ($by_id, $info_of, $name_at) = (13, 15, 64);    # BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD, struct bpf_prog_info

for my $id (@ARGV) {
    my $attributes = pack 'L x60', $id;
    my $program = syscall $bpf, $by_id, $attributes, length $attributes;
    next if $program < 0 && $! == POSIX::ENOENT();
    die "program $id: $!\n" if $program < 0;
    my $info = "\0" x 256;
    $attributes = pack 'L L P x48', $program, length $info, $info;
    syscall($bpf, $info_of, $attributes, length $attributes) == 0 or die "info of $id: $!\n";
    print unpack('Z16', substr $info, $name_at, 16), "\n";
    POSIX::close($program);
}
