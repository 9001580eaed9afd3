/* The table of routes and how paths find their way in it. Includes the file itself: what is asked
 * about is private to it. */
#include "api/router.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct trial {
    struct arena arena;
    struct http_request http;
    struct request request;
    struct str allow;
};

static int start(void **state)
{
    struct trial *trial = NEW(struct trial);
    trial->request.arena = &trial->arena;
    trial->request.http = &trial->http;
    *state = trial;
    return 0;
}

static int finish(void **state)
{
    struct trial *trial = *state;
    arena_deinit(&trial->arena);
    xfree(trial);
    return 0;
}

static const struct route *route_of(void **state, const char *method, const char *path)
{
    struct trial *trial = *state;
    trial->http.path = str_from_c(path);
    return find_route(&trial->request, str_from_c(method), &trial->allow);
}

static void every_route_finds_itself(void **state)
{
    struct trial *trial = *state;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        trial->http.path = routes[i].path; /* {} fits {} */
        assert_ptr_equal(find_route(&trial->request, routes[i].method, &trial->allow), &routes[i]);
    }
}

static void what_stands_at_the_braces_is_given_in_order(void **state)
{
    struct trial *trial = *state;
    const struct route *route = route_of(state, "DELETE", "/api/v1/rooms/abc/members/de%20f");
    assert_non_null(route);
    assert_ptr_equal(route->handle, rest_remove_member);
    assert_true(str_eq(trial->request.path[0], STR("abc")));
    assert_true(str_eq(trial->request.path[1], STR("de%20f")));
}

static void method_and_path_choose_together(void **state)
{
    assert_ptr_equal(route_of(state, "GET", "/api/v1/rooms")->handle, rest_list_rooms);
    assert_ptr_equal(route_of(state, "POST", "/api/v1/rooms")->handle, rest_create_room);
    assert_ptr_equal(route_of(state, "GET", "/api/v1/rooms/x")->handle, rest_get_room);
    assert_ptr_equal(route_of(state, "PATCH", "/api/v1/rooms/x")->handle, rest_update_room);
}

static void a_path_that_nearly_fits_does_not(void **state)
{
    struct trial *trial = *state;
    static const char *const others[] = {
        "",
        "/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/rooms/",
        "/api/v1/rooms//members",
        "/api/v1/rooms/x/",
        "/api/v1/rooms/x/members/",
        "/api/v1/rooms/x/members/y/z",
        "/api/v1/rooms/x/y",
        "//api/v1/rooms",
        "/api/v1/ROOMS",
        "/api/v1/rooms/../me",
        "api/v1/rooms",
        "/api/v2/rooms",
        "/healthz/",
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct route *route = route_of(state, "GET", others[i]);
        if (route)
            fail_msg("%s fits %.*s", others[i], STR_ARG(route->path));
        assert_int_equal(trial->allow.len, 0);
    }
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    struct trial *trial = *state;
    assert_null(route_of(state, "PUT", "/api/v1/me"));
    assert_true(str_eq(trial->allow, STR("GET, HEAD, PATCH, DELETE, OPTIONS")));
    assert_null(route_of(state, "GET", "/api/v1/auth/signin"));
    assert_true(str_eq(trial->allow, STR("POST, OPTIONS")));
    assert_null(route_of(state, "get", "/api/v1/me"));
}

static void all_but_the_doors_themselves_need_a_sign_in(void **state)
{
    (void)state;
    static const struct str open[] = {
        STR_INIT("/api/v1/auth/signup"),
        STR_INIT("/api/v1/auth/signin"),
        STR_INIT("/api/v1/auth/refresh"),
        STR_INIT("/api/v1/ws"),
        STR_INIT("/api/v1/openapi.json"),
        STR_INIT("/api/v1/asyncapi.json"),
        STR_INIT("/api/v1/service"),
        STR_INIT("/api/v1/emoji/{}"), /* an address that cannot be guessed */
    };
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        bool is_open = !str_starts(routes[i].path, STR("/api/"));
        for (size_t o = 0; o < ARRAY_LEN(open); o++)
            is_open |= str_eq(routes[i].path, open[o]);
        assert_int_equal((routes[i].flags & SIGNED_IN) != 0, !is_open);
    }
}

static void a_body_says_that_it_is_json_or_comes_from_no_page(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        bool json;
    } cases[] = {
        {"application/json", true},
        {"Application/JSON", true},
        {"application/json; charset=utf-8", true},
        {" application/json ;x=y", true},
        {"application/jsonp", false},
        {"text/plain", false},
        {"application/x-www-form-urlencoded", false},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_header header = {STR("content-type"), str_from_c(cases[i].type)};
        struct http_request http = {.headers = &header, .header_count = 1};
        assert_int_equal(body_is_json(&http), cases[i].json);
    }
    assert_true(body_is_json(&(struct http_request){0}));
    struct http_header origin = {STR("origin"), STR("https://elsewhere.example")};
    assert_false(body_is_json(&(struct http_request){.headers = &origin, .header_count = 1}));
}

#define IN_A_TRIAL(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_TRIAL(every_route_finds_itself),
        IN_A_TRIAL(what_stands_at_the_braces_is_given_in_order),
        IN_A_TRIAL(method_and_path_choose_together),
        IN_A_TRIAL(a_path_that_nearly_fits_does_not),
        IN_A_TRIAL(a_wrong_method_is_told_the_right_ones),
        IN_A_TRIAL(all_but_the_doors_themselves_need_a_sign_in),
        IN_A_TRIAL(a_body_says_that_it_is_json_or_comes_from_no_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
