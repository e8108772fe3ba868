# SPDX-License-Identifier: Apache-2.0
# The step "uring" of sender.pl: one operation by an io_uring of this process's own. perl-base maps it by mmap(2) itself,
# writes into it by read(2) of a pipe, and reads it by unpack. Layouts and numbers: linux/io_uring.h, asm/unistd.h.
package Uring;
use strict;
use warnings;

use constant {
    SETUP => 425, ENTER => 426, SETUP_SQPOLL => 2, ENTER_GETEVENTS => 1, ENTER_SQ_WAKEUP => 2, IOSQE_ASYNC => 16,
    OP_SENDMSG => 9, OP_CONNECT => 16, SUBMISSIONS => 0, COMPLETIONS => 0x800_0000, ENTRIES => 0x1000_0000,
    READ_WRITE => 3, SHARED_POPULATED => 0x8001, ENTRY_BYTES => 64, CALLER_BYTES => 16,
};
my %number = main::is_aarch64() ? (mmap => 222, read => 63) : (mmap => 9, read => 0);

# Has the socket send to an address, or connect to it, by an operation that is done
#   plain  at once, if that is possible, in this very thread
#   async  by a worker thread of the kernel
#   poll   by the kernel's thread that looks for entries
# and waits until it is done.
sub carry_out {
    my ($socket, $say, $operation, $way, $to) = @_;
    my $ring    = set_up($way eq 'poll' ? SETUP_SQPOLL : 0);
    my $vector  = pack 'PQ', $say, length $say;
    my $message = pack 'P L x4 P Q Q Q l x4', $to, length $to, $vector, 1, 0, 0, 0;
    my $flags   = $way eq 'async' ? IOSQE_ASYNC : 0;
    my $entry   = $operation eq 'send'
        ? pack('C C S l Q P L L Q x24', OP_SENDMSG, $flags, 0, fileno $socket, 0, $message, 1, 0, 1)
        : pack('C C S l Q P L L Q x24', OP_CONNECT, $flags, 0, fileno $socket, length $to, $to, 0, 0, 1);
    write_memory($ring->{entries}, $entry);
    write_memory($ring->{submissions} + $ring->{sq}{array}, pack 'L', 0);
    write_memory($ring->{submissions} + $ring->{sq}{tail},  pack 'L', 1);
    syscall(ENTER, $ring->{fd}, 1, 1, ENTER_GETEVENTS | ($way eq 'poll' ? ENTER_SQ_WAKEUP : 0), 0, 0) >= 0
        or main::give_up(3, "failed io_uring_enter: $!");
    my $result = unpack 'x8 l', read_memory($ring->{completions} + $ring->{cq}{entries}, CALLER_BYTES);
    local $! = -$result;
    main::give_up($! == 22 || $! == 95 ? (4, "unsupported io_uring $operation: $!") : (3, "failed io_uring $operation: $!")) if $result < 0;
}

# A ring for one entry at a time.
sub set_up {
    my ($flags) = @_;
    my $parameters = pack 'L30', 0, 0, $flags, (0) x 27;
    my $fd = syscall SETUP, 1, $parameters;
    main::give_up(4, "unsupported io_uring_setup: $!") if $fd < 0;
    my @offset = unpack 'x40 L30', $parameters . "\0" x 40;
    my %sq     = (tail => $offset[1], array => $offset[6]);
    my %cq     = (entries => $offset[15]);
    my ($sq_entries, $cq_entries) = unpack 'L2', $parameters;
    return {
        fd => $fd, sq => \%sq, cq => \%cq,
        submissions => map_ring($fd, SUBMISSIONS, $sq{array} + 4 * $sq_entries),
        completions => map_ring($fd, COMPLETIONS, $cq{entries} + CALLER_BYTES * $cq_entries),
        entries     => map_ring($fd, ENTRIES, ENTRY_BYTES * $sq_entries),
    };
}

sub map_ring {
    my ($fd, $offset, $length) = @_;
    my $address = syscall $number{mmap}, 0, $length, READ_WRITE, SHARED_POPULATED, $fd, $offset;
    main::give_up(3, "failed mmap of io_uring: $!") if $address == -1;
    return $address;
}

sub write_memory {
    my ($address, $bytes) = @_;
    pipe my $from, my $to or main::give_up(3, "failed pipe: $!");
    syswrite $to, $bytes;
    syscall($number{read}, fileno $from, $address, length $bytes) == length $bytes or main::give_up(3, "failed read into io_uring: $!");
}

sub read_memory {
    my ($address, $length) = @_;
    return unpack "P$length", pack 'Q', $address;
}

1;
