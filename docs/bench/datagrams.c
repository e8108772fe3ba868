// SPDX-License-Identifier: Apache-2.0
// datagrams ADDRESS PORT COUNT new|one
// Sends COUNT datagrams of 64 bytes, each from a new socket or all from one, and prints the CPU time of one in microseconds
// (user and system, so with all rules it meets) and how many the kernel refused.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static double cpu_us(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static int connected(const struct sockaddr_in *to) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof *to) < 0) {
    perror("socket");
    exit(1);
  }
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: datagrams ADDRESS PORT COUNT new|one\n");
    return 2;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
    fprintf(stderr, "datagrams: %s is no IPv4 address\n", argv[1]);
    return 2;
  }
  char payload[64] = {0};
  int count = atoi(argv[3]), fresh = strcmp(argv[4], "new") == 0, fd = fresh ? -1 : connected(&to);
  long refused = 0;
  double before = cpu_us();
  for (int i = 0; i < count; i++) {
    if (fresh) fd = connected(&to);
    if (send(fd, payload, sizeof payload, 0) < 0) refused++;
    if (fresh) close(fd);
  }
  printf("%.3f %ld\n", (cpu_us() - before) / count, refused);
  return 0;
}
