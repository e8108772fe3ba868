# SPDX-License-Identifier: Apache-2.0
# stop: end the daemon of this machine's default folders (or those of SALLYPORT_RUN).

run=${SALLYPORT_RUN:-/run/sallyport}
# As the daemon names it to itself: free of links and of a slash at the end.
run=$(readlink -f -- "$run" || printf '%s' "$run")
pid=$(cat "$run/daemon.pid" 2>/dev/null || true)

gone() {
  ! kill -0 "$pid" 2>/dev/null
}

case $pid in
  '' | *[!0-9]*) die "no daemon is running" 3 ;;
esac
# A pid that now belongs to somebody else is not ours to end.
if gone || ! tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "-Dsallyport.run=$run"; then
  die "no daemon is running" 3
fi
kill -TERM "$pid"
await 15 "the daemon's stop" gone
say "stopped; its rules stay in the kernel until 'sallyport down'"
