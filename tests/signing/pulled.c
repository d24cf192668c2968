/* A PKCS #11 module that is a software token until it is pulled out (PKCS #11 2.40, 5: CKR_DEVICE_REMOVED).

   PULLED_MODULE is the module behind it; PULLED_AFTER a file with the number of signatures it still gives, how many
   sessions it refuses before it opens one, and its answer to those. At none left no slot holds a token, and sessions
   that were open answer that the device is gone. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned long word;
typedef struct {
  unsigned char version[2];
  void *functions[68];
} table;

/* Places in CK_FUNCTION_LIST. */
enum { GET_TOKEN_INFO = 6, OPEN_SESSION = 12, CLOSE_SESSION = 13, LOGOUT = 19, SIGN = 43 };
enum { OK = 0, DEVICE_REMOVED = 0x32, TOKEN_NOT_PRESENT = 0xE0 };

static table behind, shown;

typedef struct {
  long left, refusals, answer;
} state;

static state now(void) {
  state found = {0, 0, 0};
  FILE *file = fopen(getenv("PULLED_AFTER"), "r");
  if (file == NULL) return found;
  if (fscanf(file, "%ld %ld %ld", &found.left, &found.refusals, &found.answer) != 3) found.left = 0;
  fclose(file);
  return found;
}

static void keep(state next) {
  FILE *file = fopen(getenv("PULLED_AFTER"), "w");
  fprintf(file, "%ld %ld %ld", next.left, next.refusals, next.answer);
  fclose(file);
}

static long left(void) { return now().left; }

static word get_token_info(word slot, void *info) {
  if (left() == 0) return TOKEN_NOT_PRESENT;
  return ((word (*)(word, void *))behind.functions[GET_TOKEN_INFO])(slot, info);
}

static word open_session(word slot, word flags, void *application, void *notify, word *session) {
  state at = now();
  if (at.refusals > 0) {
    at.refusals -= 1;
    keep(at);
    return at.answer;
  }
  return ((word (*)(word, word, void *, void *, word *))behind.functions[OPEN_SESSION])(
      slot, flags, application, notify, session);
}

static word close_session(word session) {
  word answer = ((word (*)(word))behind.functions[CLOSE_SESSION])(session);
  return left() == 0 ? DEVICE_REMOVED : answer;
}

static word logout(word session) {
  word answer = ((word (*)(word))behind.functions[LOGOUT])(session);
  return left() == 0 ? DEVICE_REMOVED : answer;
}

static word sign(word session, unsigned char *data, word size, unsigned char *value, word *length) {
  state at = now();
  if (at.left == 0) return DEVICE_REMOVED;
  if (value != NULL) {
    at.left -= 1;
    keep(at);
  }
  return ((word (*)(word, unsigned char *, word, unsigned char *, word *))behind.functions[SIGN])(
      session, data, size, value, length);
}

word C_GetFunctionList(table **list) {
  void *module = dlopen(getenv("PULLED_MODULE"), RTLD_NOW | RTLD_LOCAL);
  table *found;
  if (module == NULL) return DEVICE_REMOVED;
  ((word (*)(table **))dlsym(module, "C_GetFunctionList"))(&found);
  behind = shown = *found;
  shown.functions[GET_TOKEN_INFO] = (void *)get_token_info;
  shown.functions[OPEN_SESSION] = (void *)open_session;
  shown.functions[CLOSE_SESSION] = (void *)close_session;
  shown.functions[LOGOUT] = (void *)logout;
  shown.functions[SIGN] = (void *)sign;
  *list = &shown;
  return OK;
}
