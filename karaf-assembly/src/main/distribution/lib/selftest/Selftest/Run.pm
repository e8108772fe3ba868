# SPDX-License-Identifier: Apache-2.0
# The self-test from its start to its end.
package Selftest::Run;
use strict;
use warnings;
use POSIX ();
use Selftest::Address;
use Selftest::Child;
use Selftest::Daemon;
use Selftest::Driver;
use Selftest::Judge;
use Selftest::Json;
use Selftest::Kinds;
use Selftest::Lab;
use Selftest::Lines;
use Selftest::Overflow;
use Selftest::PassedJudge;
use Selftest::Source;

use constant {PROBES => 10, PROGRESS_SECONDS => 5, ORDER_SECONDS => 12};

# Runs it; the options are those of Selftest::Options, tell is called with each piece of news. Returns what is about all,
# then a row for each kind.
sub all {
    my ($home, $option, $tell) = @_;
    my $self = bless {option => $option, tell => $tell, lines => Selftest::Lines->new, children => [], news => 0}, __PACKAGE__;
    my @result = eval {
        $self->{lab} = Selftest::Lab->new($home);
        $self->run;
    };
    my $problem = $@;
    $self->close;
    die $problem if $problem;
    return @result;
}

sub run {
    my ($self) = @_;
    my @kinds = @{$self->{option}{kinds}};
    $self->{driver}{$_->{name}} = $self->driver($_) for grep { $_->{gate} eq 'daemon' } @kinds;
    $self->{daemon} = Selftest::Daemon->start($self->{lab}, $self->{tell}, $self->{option}{patience});
    $self->{lab}{java} = $self->{daemon}->java;
    Selftest::Source::choose($self->{daemon}, $self->{option}, $self->{tell});
    $self->{ordered_at} = time + ORDER_SECONDS;
    $self->{lines}->add($self->{daemon}->watch, sub { $self->told($_[0]) });
    $self->await_watching;
    my @rows = map { $self->row($_) } @kinds;
    my $about = $self->{daemon}->attribution;
    return ({%$about, kernel => (POSIX::uname())[2], namespace => $self->{lab}{net}->inode('host')}, @rows);
}

# Starts to make the flows of a kind.
sub driver {
    my ($self, $kind) = @_;
    my ($option, $name) = ($self->{option}, $kind->{name});
    my $count = $option->{count};
    my $most  = Selftest::Kinds::most($kind);
    if ($count > $most) {
        $self->{tell}->("$name: $most instead of $count: only where small programs are gone at once there may be more");
        $count = $most;
    }
    my $class = $kind->{gate} eq 'overflow' && Selftest::Kinds::looks_same($kind) ? 'Selftest::PassedJudge' : 'Selftest::Judge';
    my $judge = $class->new($kind, ($option->{falsify} // '') eq $name);
    my $child = Selftest::Child->start(sub { Selftest::Driver::run($kind, $self->{lab}, $count, $option->{rows}) });
    push @{$self->{children}}, $child;
    my $driver = {judge => $judge, child => $child, state => '', count => $count};
    $self->{lines}->add($child->{from}, sub { heard($driver, $_[0]) });
    $self->pump(sub { $driver->{state} }) if $kind->{gate} eq 'daemon';
    return $driver;
}

# A line of a driver, or that it has none any more.
sub heard {
    my ($driver, $line) = @_;
    if    (!defined $line)              { $driver->{state} ||= 'ended' }
    elsif ($line =~ /^flow (\d+) (.*)/) { $driver->{judge}->made($1, Selftest::Json::read_text($2)) }
    elsif ($line =~ /^dropped (\d+)/)   { $driver->{judge}->dropped($1) }
    elsif ($line =~ /^(waits|made)\z/)  { $driver->{state} = $line }
    elsif ($line =~ /^(?:failed|lacking)/) { @$driver{qw(state problem)} = ('ended', $line) }
}

# A line of watch. What is told of an older policy is not about the flows that come now.
sub told {
    my ($self, $line) = @_;
    die "the daemon of the self-test went away:\n" . $self->{daemon}->log if !defined $line;
    my $event = Selftest::Json::read_text($line);
    $self->{news}++;
    $self->{seen_program} ||= defined $event->{subject}{exe};
    $self->{judge}->told($event) if $self->{judge} && $event->{revision} >= ($self->{revision} // 0);
}

# Handles what comes in until something holds; gives up after some seconds without news.
sub pump {
    my ($self, $until, $seconds) = @_;
    my $last = time;
    while (!$until->()) {
        if ($self->{lines}->wait_for(0.2)) { $last = time }
        elsif (defined $seconds && time - $last >= $seconds) { return 0 }
        $self->tell_progress;
    }
    return 1;
}

sub tell_progress {
    my ($self) = @_;
    my $driver = $self->{current} or return;
    return if time < $self->{progress_at} + PROGRESS_SECONDS;
    $self->{progress_at} = time;
    my $judge = $driver->{judge};
    $self->{tell}->("$judge->{kind}{name}: $judge->{made} of $driver->{count} made, " . ($judge->{made} - $judge->{open}) . ' compared');
}

# What was told before somebody watches is not shown: flows that count for nothing are made until one is. Until one is
# shown with its program, too: the daemon may meet these programs' file system for the first time.
sub await_watching {
    my ($self) = @_;
    my $end   = time + $self->{option}{patience} * 4;
    my $after = 0;
    until ($after >= PROBES || $self->{seen_program}) {
        die "the daemon of the self-test shows no flow:\n" . $self->{daemon}->log if !$self->{news} && time > $end;
        my $before = $self->{news};
        $self->probe;
        $self->pump(sub { $self->{news} > $before }, 1);
        $after++ if $self->{news};
    }
}

sub probe {
    my ($self) = @_;
    my $lab = $self->{lab};
    my $to  = Selftest::Address::sockaddr($Selftest::Address::net{peer}, Selftest::Kinds::PORT);
    $lab->{net}->run('host', $lab->{one}, $lab->{sender}, qw(socket 2 2 17 sendto), $to);
}

# Makes the flows of a kind, waits for what is told of them, and compares.
sub row {
    my ($self, $kind) = @_;
    my $option = $self->{option};
    $self->{tell}->("$kind->{name}: $kind->{text}");
    $self->await_order if Selftest::Kinds::looks_same($kind);
    my $driver = $self->{driver}{$kind->{name}} // $self->driver($kind);
    my $judge  = $driver->{judge};
    @$self{qw(current progress_at)} = ($driver, time);
    $self->{judge} = $judge if $kind->{gate} ne 'revision';
    $self->pump_driver($driver);
    while ($driver->{state} eq 'waits') {
        $self->open_gate($kind, $driver);
        $self->pump_driver($driver);
    }
    $self->pump(sub { 0 }, $kind->{linger}) if $kind->{linger} && $driver->{state} eq 'made';
    $self->await_told($kind, $judge);
    $self->{lines}->remove($driver->{child}{from});
    $driver->{child}->end;
    @$self{qw(current judge)} = ();
    $judge->{problem} = $driver->{problem} // ($driver->{state} eq 'made' ? $judge->{problem} : 'failed: ended early');
    my $promised = Selftest::Kinds::is_promised($kind, $self->{daemon}{source});
    return {%$kind, %{as_far_as_told($judge->result, $self->{daemon}->newly_lost)}, promised => $promised};
}

# For ten seconds after the start of a daemon packets may have passed that nobody saw, so their order proves nothing to it.
sub await_order {
    my ($self) = @_;
    $self->pump(sub { time >= $self->{ordered_at} }) if $self->{daemon}{source} eq 'bpf';
}

sub pump_driver {
    my ($self, $driver) = @_;
    $self->pump(sub { $driver->{state} =~ /^(?:waits|made|ended)\z/ });
}

# Waits for what is told of all flows. Nobody knows how much that is where a queue overflows.
sub await_told {
    my ($self, $kind, $judge) = @_;
    my $patience = $self->{option}{patience};
    return $self->pump(sub { $judge->is_complete }, 2 * $patience) if $kind->{gate} ne 'overflow';
    my $long = $patience + Selftest::Overflow::QUIET_SECONDS;
    Selftest::Overflow::finish($self->{daemon}, $judge, $self->{lab}, sub { $self->pump(sub { !$judge->{same} && $judge->is_complete }, $long) });
}

# Where events were lost nobody knows which ones, so what looks the same cannot be compared any more.
sub as_far_as_told {
    my ($result, $lost) = @_;
    if ($lost && $result->{same}) {
        $result->{$_} += $result->{wrong} for qw(unknown unseen);
        @$result{qw(wrong sentences)} = (0, []);
    }
    return {%$result, lost => $lost};
}

sub open_gate {
    my ($self, $kind, $driver) = @_;
    if ($kind->{gate} eq 'revision') {
        $self->{revision} = $self->{daemon}->move_revision;
        $self->{judge}    = $driver->{judge};
        $self->{lab}->end_connections;
    }
    Selftest::Overflow::open_gate($self->{daemon}, $kind, $self->{lab}) if $kind->{gate} eq 'overflow';
    $driver->{state} = '';
    $driver->{child}->say_to('go');
}

# Leaves nothing behind, whatever was reached.
sub close {
    my ($self) = @_;
    local @SIG{qw(INT TERM HUP PIPE)} = ('IGNORE') x 4;
    $self->{daemon}->go_on if $self->{daemon} && $self->{daemon}{stands};
    $_->end for @{$self->{children}};
    $self->{daemon}->stop if $self->{daemon};
    $self->{lab}->close   if $self->{lab};
}

1;
