/* What the server's process may still ask of the kernel once it listens. Whoever gets to run code of his own in it
 * finds no way out of it: no program can be started, no other process be read or written, and no connection be made
 * but to the database. Two locks, because each has a gap the other closes:
 *
 * - seccomp judges system calls by their numbers, never by the address behind a pointer. With SQLite there is no socket
 *   and no connection at all; with PostgreSQL sockets of this machine alone (AF_UNIX), since readers reconnect.
 * - Landlock (Linux 6.7) refuses every TCP connection by its address family. Without it, and with PostgreSQL, a TCP
 *   socket the server already has could be dissolved (AF_UNSPEC) and connected anew. */
#ifndef TB_CAGE_H
#define TB_CAGE_H

#include "base/base.h"

/* Does the process reach its database by a socket? E_CONFIG when by anything but one of this machine: no filter could
 * tell that address from another. `env` is getenv, or a test's. */
enum err cage_of_db(const char *url, char *(*env)(const char *), bool *sockets, struct fault *f) TB_MUST_CHECK;
/* Before the first thread: Landlock binds the caller and what it starts. *net = false on a kernel that has it not. */
enum err cage_tcp(bool *net, struct fault *f) TB_MUST_CHECK;
/* When it listens: the filter, on every thread there is. Never undone. `sockets`: of AF_UNIX, for the database. */
enum err cage_shut(bool sockets, struct fault *f) TB_MUST_CHECK;

#endif
