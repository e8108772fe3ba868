# SPDX-License-Identifier: Apache-2.0
# Makes the flows of one kind, in a process of its own in the protected namespace. Answers by lines: "flow NUMBER TRUTH"
# (JSON) for each, "dropped NUMBER" if no queue can have taken its packet, "waits" where the daemon is to come first, "lacking REASON" or "failed REASON", and "made" in the end.
# What it started stays until its input ends.
package Selftest::Driver;
use strict;
use warnings;
use POSIX ();
use Selftest::Address;
use Selftest::Elsewhere;
use Selftest::Json;
use Selftest::Kinds;
use Selftest::Overflow;
use Selftest::Rows;

use constant FROM => 40000;    # the port that what looks the same comes from; each row has its own

# Runs in the child; the lab has the network and the programs.
sub run {
    my ($kind, $lab, $count, $rows) = @_;
    die "lacking this kernel has no IPv6\n" if $kind->{where} eq 'far6' && !$lab->{net}{has6};
    $lab->{net}->enter('host');
    my $self = bless {kind => $kind, lab => $lab, senders => []}, __PACKAGE__;
    if    ($kind->{gate} eq 'overflow')      { Selftest::Overflow::make($self, $rows, $count, \&wait_for_daemon) }
    elsif (Selftest::Kinds::is_brief($kind)) { Selftest::Rows::make($self, $rows, 0 .. $count - 1) }
    else                                     { $self->start($_) for $self->specs($count) }
    $self->pass_gate or return $self->end;
    Selftest::Elsewhere::make($kind, $lab, $count) if $kind->{from};
    if ($kind->{subject} ne 'process') {
        $self->report($_, {subject => $kind->{subject}}) for 0 .. $count - 1;
    }
    print "made\n";
    1 while defined readline *STDIN;
    $self->end;
}

# Waits for what the kind waits for; false if the self-test ends instead.
sub pass_gate {
    my ($self) = @_;
    my $gate = $self->{kind}{gate};
    if ($gate eq 'daemon' || $gate eq 'revision') { wait_for_daemon() or return 0 }
    for my $sender (grep { $gate && !$_->{ended} } @{$self->{senders}}) {
        print {$sender->{to}} "go\n";
    }
    $self->listen_to($_) for grep { $gate && !$_->{ended} } @{$self->{senders}};
    return 1;
}

sub wait_for_daemon {
    print "waits\n";
    return defined readline *STDIN;
}

# What is to be started: the program, its steps, and the numbers of the flows that are its own.
sub specs {
    my ($self, $count) = @_;
    my $kind = $self->{kind};
    return () if !$kind->{steps};
    return grep { @{$_->{flows}} || $kind->{from} } map { $self->shared($_, $count) } 0, 1
        if $kind->{from} || ($kind->{turns} // '') eq 'programs' || $kind->{program} eq 'java';
    return map { {program => $kind->{program}, flows => [$_]} } 0 .. $count - 1;
}

# The same for a flow whose program is gone at once, which is one of a row's, and the so-manieth there.
sub brief {
    my ($self, $flow, $row, $turn) = @_;
    my $kind = $self->{kind};
    return {program => $kind->{turns} && $turn % 2 ? 'two' : $kind->{program}, flows => [$flow], row => $row};
}

# One of two programs, which has every other flow.
sub shared {
    my ($self, $which, $count) = @_;
    my $program = $self->{kind}{program} eq 'java' ? 'java' : $which ? 'two' : 'one';
    return {program => $program, which => $which, flows => [grep { $_ % 2 == $which } 0 .. $count - 1]};
}

# The words of a sender: sendto and connect once for each flow.
sub words {
    my ($self, $spec) = @_;
    my ($kind, $lab) = ($self->{kind}, $self->{lab});
    my @flows = @{$spec->{flows}};
    my $steps = $kind->{steps};
    $steps =~ s/sendto \@/join ' ', map { "sendto " . $self->sockaddr($_, '') } @flows/e if @flows > 1 && !$kind->{from};
    $steps =~ s/\@all/join ' ', map { $self->sockaddr($_, '') } @flows/e;
    $steps =~ s/\@(mapped)?/$self->sockaddr($flows[0], $1 ? '::ffff:' : '')/ge;
    my %place = (
        number => Selftest::Overflow::says($flows[0] // 0),
        one => $lab->{one}, two => $lab->{two}, own => $spec->{path}, new => "$spec->{path}.new",
        from => Selftest::Address::sockaddr('0.0.0.0', FROM + ($spec->{row} // 0)),
        listen => Selftest::Address::sockaddr('0.0.0.0', Selftest::Kinds::PORT + 1 + ($spec->{which} // 0)),
    );
    $steps =~ s/\{(\w+)\}/$place{$1}/g;
    return (split(/ /, $steps), $kind->{stays} || $kind->{from} ? 'stay' : ());
}

sub address {
    my ($self, $flow) = @_;
    return Selftest::Address::of($self->{kind}{where}, $self->{kind}{number}, Selftest::Kinds::looks_same($self->{kind}) ? 0 : $flow);
}

sub sockaddr {
    my ($self, $flow, $prefix) = @_;
    my $port = $self->{kind}{gate} eq 'overflow' ? Selftest::Kinds::COUNTED : Selftest::Kinds::PORT;
    return Selftest::Address::sockaddr($prefix . $self->address($flow), $port);
}

# Starts a program and hears it until it waits, stays, or has ended.
sub start {
    my ($self, $spec) = @_;
    my $sender = $self->begin($spec);
    push @{$self->{senders}}, $sender;
    $self->listen_to($sender);
}

sub begin {
    my ($self, $spec) = @_;
    $spec->{path} = $self->{lab}->program($spec->{program}, $spec->{flows}[0] // 0);
    my @words = $self->words($spec);
    pipe my $input, my $to or die "no pipe: $!\n";
    pipe my $from, my $output or die "no pipe: $!\n";
    my $pid = fork // die "cannot fork: $!\n";
    if (!$pid) {
        POSIX::dup2(fileno $input, 0);
        POSIX::dup2(fileno $output, 1);
        { exec {$spec->{path}} $spec->{path}, $self->{lab}->arguments($spec->{program}), @words }
        POSIX::_exit(127);
    }
    close $_ for $input, $output;
    $to->autoflush(1);
    return {%$spec, pid => $pid, to => $to, from => $from};
}

sub listen_to {
    my ($self, $sender) = @_;
    while (defined(my $line = readline $sender->{from})) {
        chomp $line;
        return if $line eq 'waits' || $line eq 'sent';
        $self->hear($sender, $line);
    }
    $self->ended($sender);
}

# A line of a sender.
sub hear {
    my ($self, $sender, $line) = @_;
    if    ($line =~ /^told (\d+) (\d+) (\d+) (\d+) (.*)/) { $self->told($sender, $1, $2, $3, $4, $5) }
    elsif ($line =~ /^unsupported (.*)/)                  { die "lacking $1\n" }
    elsif ($line =~ /^failed/)                            { die "$line\n" }
}

sub ended {
    my ($self, $sender) = @_;
    waitpid $sender->{pid}, 0;
    $sender->{ended} = 1;
    die "failed a program ended with " . ($? >> 8 || $?) . "\n" if $?;
}

sub told {
    my ($self, $sender, $pid, $parent, $start, $user, $file) = @_;
    my $owner = $self->{kind}{owner};
    my %truth = (
        subject => 'process', pid => $pid, ppid => $parent, start => $start, uid => $owner, gid => $owner,
        processUid => $user, exe => $file, port => FROM + ($sender->{row} // 0),
    );
    $self->report($_, \%truth) for @{$sender->{flows}};
}

sub report {
    my ($self, $flow, $truth) = @_;
    print "flow $flow " . Selftest::Json::write_text({%$truth, key => "$self->{kind}{key} " . $self->address($flow)}) . "\n";
}

sub end {
    my ($self) = @_;
    for my $sender (@{$self->{senders}}) {
        close $sender->{to};
        waitpid $sender->{pid}, 0 if !$sender->{ended};
    }
}

1;
