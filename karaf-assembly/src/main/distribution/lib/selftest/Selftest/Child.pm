# SPDX-License-Identifier: Apache-2.0
# A part of the self-test that runs in a process of its own: reads lines of its starter on standard input, and answers by
# lines on standard output. It sees the end of its input when its starter is gone, so no other child may hold that open.
package Selftest::Child;
use strict;
use warnings;
use IO::Handle;
use POSIX ();

my %ours;    # what only this process may hold, by descriptor

# Forks; the child runs the code and ends. What fails there is answered as a line "failed REASON", or "lacking REASON"
# if that is what it died of.
sub start {
    my ($class, $code) = @_;
    pipe my $child_in, my $to or die "no pipe: $!\n";
    pipe my $from, my $child_out or die "no pipe: $!\n";
    my $pid = fork // die "cannot fork: $!\n";
    if (!$pid) {
        close $_ for values %ours, $to, $from;
        open STDIN,  '<&', $child_in  or POSIX::_exit(3);
        open STDOUT, '>&', $child_out or POSIX::_exit(3);
        close $_ for $child_in, $child_out;
        $SIG{$_} = 'IGNORE' for qw(INT TERM HUP);    # the starter says when it is over
        STDOUT->autoflush(1);
        %ours = ();
        eval { $code->(); 1 } or print $@ =~ /^(?:failed|lacking) / ? $@ : "failed $@";
        POSIX::_exit(0);
    }
    close $_ for $child_in, $child_out;
    $to->autoflush(1);
    my $self = bless {pid => $pid, to => $to, from => $from}, $class;
    keep($to, $from);
    return $self;
}

# These stay this process's own, whatever else is started.
sub keep {
    $ours{fileno $_} = $_ for @_;
}

sub forget {
    delete $ours{fileno $_} for grep { defined fileno $_ } @_;
    close $_ for @_;
}

sub say_to {
    my ($self, $line) = @_;
    local $SIG{PIPE} = 'IGNORE';
    print {$self->{to}} "$line\n";
}

# Lets it end, and waits for that.
sub end {
    my ($self) = @_;
    return if $self->{ended}++;
    forget($self->{to}, $self->{from});
    waitpid $self->{pid}, 0;
}

1;
