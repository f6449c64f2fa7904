// fork() is withheld from Swift, since nothing of its runtime may run in the child; posix_spawn() cannot tie a child to
// its parent's life.
#pragma once

/// Starts `arguments[0]`, found through PATH, in a child that the kernel kills when the calling thread ends; its standard
/// input is /dev/null. Answers its process id, or −1 and errno. A program that cannot be started ends with status 127.
int clinux_start_tied(char *const arguments[]);
