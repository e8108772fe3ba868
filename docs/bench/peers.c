// SPDX-License-Identifier: Apache-2.0
// peers udp|tcp ADDRESS PORT MILLISECONDS: sends one datagram or begins one connection, stays so long, and is gone.
// peers connects ADDRESS PORT COUNT: connects COUNT times, and prints what a connect took: median, 90th, 99th percentile and
//   longest in microseconds, then how many took up to 2, 4, 8 … microseconds.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int connects(const struct sockaddr *to, socklen_t length, int count) {
  double *took = calloc(count, sizeof *took);
  int buckets[32] = {0}, failed = 0;
  struct linger reset = {.l_onoff = 1, .l_linger = 0};  // leaves no TIME_WAIT behind
  for (int i = 0; i < count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    double begun = now_us();
    failed += connect(fd, to, length) != 0;
    took[i] = now_us() - begun;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    int bucket = 0;
    while (bucket < 31 && took[i] > (double)(2L << bucket)) bucket++;
    buckets[bucket]++;
  }
  qsort(took, count, sizeof *took, compare);
  printf("%.0f %.0f %.0f %.0f failed=%d", took[count / 2], took[count * 9L / 10], took[count * 99L / 100], took[count - 1], failed);
  for (int i = 0; i < 32; i++)
    if (buckets[i]) printf(" %ld:%d", 2L << i, buckets[i]);
  printf("\n");
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: peers udp|tcp ADDRESS PORT MILLISECONDS, or peers connects ADDRESS PORT COUNT\n");
    return 2;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  if (inet_pton(AF_INET, argv[2], &to.sin_addr) != 1) return 2;
  if (!strcmp(argv[1], "connects")) return connects((struct sockaddr *)&to, sizeof to, atoi(argv[4]));
  int udp = !strcmp(argv[1], "udp");
  int fd = socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
  if (udp) {
    char byte = 0;
    if (sendto(fd, &byte, 1, 0, (struct sockaddr *)&to, sizeof to) != 1) return 1;
  } else {
    connect(fd, (struct sockaddr *)&to, sizeof to);
  }
  if (atoi(argv[4])) usleep(atoi(argv[4]) * 1000);
  return 0;
}
