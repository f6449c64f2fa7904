// What `make benchmark` compares the setting up of sockets with: the calls that tcpfault makes for a connection at both
// ends, one connection after the other, and nothing else. Nobody captures, and nothing is recorded.
//
//     socket-loop CLIENT SERVER FROM TO COUNT: two network namespaces, and the IPv4 addresses of both
//
// It prints the nanoseconds from the first connect() to the last accept().
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void enter(const char *file) {
    int namespace = open(file, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0) err(1, "%s", file);
    close(namespace);
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void ask_ends(int socket) {
    struct sockaddr_in end;
    socklen_t length = sizeof end;
    getsockname(socket, (struct sockaddr *)&end, &length);
    length = sizeof end;
    getpeername(socket, (struct sockaddr *)&end, &length);
}

static void make(int number, const struct sockaddr_in *client, const struct sockaddr_in *server) {
    int end = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (end < 0) err(1, "socket");
    struct sockaddr_in from = *client;
    from.sin_port = htons(40000 + number);
    if (bind(end, (const struct sockaddr *)&from, sizeof from) < 0) err(1, "bind");
    connect(end, (const struct sockaddr *)server, sizeof *server);
    socklen_t length = sizeof from;
    getsockname(end, (struct sockaddr *)&from, &length);
    struct pollfd question = {.fd = end, .events = POLLOUT};
    if (poll(&question, 1, 1000) != 1) errx(1, "no connection within a second");
    int error = 0;
    length = sizeof error;
    getsockopt(end, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) errx(1, "connect: error %d", error);
    ask_ends(end);
}

int main(int count, char **arguments) {
    if (count != 6) errx(64, "usage: socket-loop CLIENT SERVER FROM TO COUNT");
    struct rlimit descriptors = {1 << 16, 1 << 16};
    setrlimit(RLIMIT_NOFILE, &descriptors);
    int connections = atoi(arguments[5]);
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(5000)};
    inet_pton(AF_INET, arguments[4], &server.sin_addr);
    struct sockaddr_in client = {.sin_family = AF_INET};
    inet_pton(AF_INET, arguments[3], &client.sin_addr);
    enter(arguments[2]);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (bind(listener, (struct sockaddr *)&server, sizeof server) < 0) err(1, "bind");
    if (listen(listener, connections) < 0) err(1, "listen");
    enter(arguments[1]);
    long long began = now();
    for (int made = 0; made < connections; made++) make(made, &client, &server);
    for (int taken = 0; taken < connections; taken++) {
        int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted < 0) err(1, "accept");
        ask_ends(accepted);
    }
    printf("%lld\n", now() - began);
}
