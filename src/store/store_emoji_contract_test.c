/* What every engine promises of the emoji of a server. */
#include "store/store_contract.h"

static struct custom_emoji an_emoji(uint64_t id, const char *name, const char *former,
                                    const char *digest)
{
    return (struct custom_emoji){.id = id,
                                 .name = str_from_c(name),
                                 .former = str_from_c(former),
                                 .digest = str_from_c(digest),
                                 .image = {IMAGE_GIF, 64, 32, 7},
                                 .bytes = 900,
                                 .by = {11},
                                 .created_at = 5000};
}

static int put(struct custom_emoji emoji)
{
    int rc = store_emoji_put(visit_begin(store_write), &emoji);
    return visit_leave(rc);
}

static struct custom_emoji_list all(size_t limit)
{
    struct custom_emoji_list list = {0};
    READING (conn)
        assert_int_equal(store_emoji(conn, limit, &arena, &list), 0);
    return list;
}

static int known(const char *name)
{
    int rc = -1;
    READING (conn)
        rc = store_emoji_known(conn, str_from_c(name));
    return rc;
}

static void one_reads_as_it_was_written(void **state)
{
    (void)state;
    assert_int_equal(all(0).count, 0);
    assert_int_equal(put(an_emoji(1, "yes", "yep yeah", "d1")), 0);
    reopen_store();
    struct custom_emoji_list list = all(0);
    REQUIRE(list.count == 1 && list.items);
    const struct custom_emoji *emoji = &list.items[0];
    assert_int_equal(emoji->id, 1);
    assert_str(emoji->name, "yes");
    assert_str(emoji->former, "yep yeah");
    assert_str(emoji->digest, "d1");
    assert_int_equal(emoji->image.type, IMAGE_GIF);
    assert_int_equal(emoji->image.width, 64);
    assert_int_equal(emoji->image.height, 32);
    assert_int_equal(emoji->image.frames, 7);
    assert_int_equal(emoji->bytes, 900);
    assert_int_equal(emoji->by.v, 11);
    assert_int_equal(emoji->created_at, 5000);
}

static void they_are_listed_by_name(void **state)
{
    (void)state;
    assert_int_equal(put(an_emoji(1, "zebra", "", "d")), 0);
    assert_int_equal(put(an_emoji(2, "apple", "", "d")), 0);
    assert_int_equal(put(an_emoji(3, "10", "", "d")), 0);
    struct custom_emoji_list list = all(0);
    REQUIRE(list.count == 3 && list.items);
    assert_str(list.items[0].name, "10");
    assert_str(list.items[1].name, "apple");
    assert_str(list.items[2].name, "zebra");
    assert_int_equal(all(2).count, 2);
}

static void no_two_have_one_name(void **state)
{
    (void)state;
    assert_int_equal(put(an_emoji(1, "yes", "", "d1")), 0);
    assert_int_equal(put(an_emoji(2, "yes", "", "d2")), -EEXIST);
    assert_int_equal(put(an_emoji(2, "no", "", "d2")), 0);
    assert_int_equal(put(an_emoji(2, "yes", "no", "d2")), -EEXIST);
    assert_int_equal(put(an_emoji(2, "nope", "no", "d2")), 0);
    assert_int_equal(all(0).count, 2);
}

static void the_name_it_has_and_those_it_had_are_known(void **state)
{
    (void)state;
    assert_int_equal(put(an_emoji(1, "yes", "yep yeah", "d")), 0);
    assert_int_equal(put(an_emoji(2, "a_b", "", "d")), 0);
    assert_int_equal(known("yes"), 1);
    assert_int_equal(known("yep"), 1);
    assert_int_equal(known("yeah"), 1);
    assert_int_equal(known("ye"), 0);
    assert_int_equal(known("eah"), 0);
    assert_int_equal(known("axb"), 0);
    assert_int_equal(known("no"), 0);
}

static int image_of(const char *digest, enum image_type *type, struct str *bytes)
{
    int rc = -1;
    READING (conn)
        rc = store_emoji_image(conn, str_from_c(digest), &arena, type, bytes);
    return rc;
}

static void an_image_goes_with_the_last_that_shows_it(void **state)
{
    (void)state;
    static const char raw[] = "\x89PNG\0\xff\n";
    struct custom_emoji one = an_emoji(1, "one", "", "d1"), two = an_emoji(2, "two", "", "d1");
    enum image_type type;
    struct str bytes;
    WRITING (conn) {
        struct str image = str_of(raw, sizeof(raw) - 1);
        assert_int_equal(store_emoji_image_put(conn, STR("d1"), IMAGE_PNG, image), 0);
        assert_int_equal(store_emoji_image_put(conn, STR("d1"), IMAGE_PNG, image), 0);
        assert_int_equal(store_emoji_put(conn, &one), 0);
        assert_int_equal(store_emoji_put(conn, &two), 0);
    }
    assert_int_equal(image_of("d1", &type, &bytes), 0);
    assert_int_equal(type, IMAGE_PNG);
    assert_int_equal(bytes.len, sizeof(raw) - 1);
    assert_memory_equal(bytes.ptr, raw, sizeof(raw) - 1);
    assert_int_equal(image_of("d2", &type, &bytes), -ENOENT);
    WRITING (conn)
        assert_int_equal(store_emoji_delete(conn, &one), 0);
    assert_int_equal(image_of("d1", &type, &bytes), 0);
    WRITING (conn) {
        assert_int_equal(store_emoji_delete(conn, &one), -ENOENT);
        assert_int_equal(store_emoji_delete(conn, &two), 0);
    }
    assert_int_equal(image_of("d1", &type, &bytes), -ENOENT);
    assert_int_equal(all(0).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(one_reads_as_it_was_written),
        T(they_are_listed_by_name),
        T(no_two_have_one_name),
        T(the_name_it_has_and_those_it_had_are_known),
        T(an_image_goes_with_the_last_that_shows_it),
    };
    RUN_ON_ENGINES(tests);
}
