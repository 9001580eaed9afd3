#include "core/clock.h"

static void skip(struct str *text, size_t count)
{
    *text = str_of(text->ptr + count, text->len - count);
}

/* Exactly `count` digits at the beginning. */
static bool cut_number(struct str *text, size_t count, int64_t *out)
{
    uint64_t value;
    if (text->len < count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (text->ptr[i] < '0' || text->ptr[i] > '9')
            return false;
    if (!str_to_u64(str_of(text->ptr, count), &value))
        return false;
    *out = (int64_t)value;
    skip(text, count);
    return true;
}

static bool cut_char(struct str *text, char c)
{
    if (text->len == 0 || text->ptr[0] != c)
        return false;
    skip(text, 1);
    return true;
}

/* Days since 1970-01-01 (Gregorian, by eras of 400 years from a March). */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool cut_day(struct str *text, int64_t *ms)
{
    int64_t year, month, day;
    if (!cut_number(text, 4, &year) || !cut_char(text, '-') || !cut_number(text, 2, &month) ||
        !cut_char(text, '-') || !cut_number(text, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    *ms = days_of(year, month, day) * 86400000;
    return true;
}

static bool cut_zone(struct str *text, int64_t *ms)
{
    int64_t hours, minutes, sign;
    if (cut_char(text, 'Z') || cut_char(text, 'z'))
        return true;
    if (cut_char(text, '+'))
        sign = -1;
    else if (cut_char(text, '-'))
        sign = 1;
    else
        return false;
    if (!cut_number(text, 2, &hours) || !cut_char(text, ':') || !cut_number(text, 2, &minutes))
        return false;
    *ms += sign * (hours * 60 + minutes) * 60000;
    return hours < 24 && minutes < 60;
}

/* Seconds and their fractions may be left away. */
static bool cut_clock(struct str *text, int64_t *ms)
{
    int64_t hour, minute, second = 0, thousandth = 0, digit;
    if (!cut_number(text, 2, &hour) || !cut_char(text, ':') || !cut_number(text, 2, &minute))
        return false;
    if (cut_char(text, ':') && !cut_number(text, 2, &second))
        return false;
    if (cut_char(text, '.')) {
        int64_t unit = 100;
        if (!cut_number(text, 1, &digit))
            return false;
        do {
            thousandth += digit * unit;
            unit /= 10;
        } while (cut_number(text, 1, &digit));
    }
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ms += ((hour * 60 + minute) * 60 + second) * 1000 + thousandth;
    return cut_zone(text, ms);
}

bool clock_parse(struct str text, int64_t *ms)
{
    int64_t at;
    if (!cut_day(&text, &at))
        return false;
    if (text.len && (!(cut_char(&text, 'T') || cut_char(&text, 't')) || !cut_clock(&text, &at)))
        return false;
    if (text.len)
        return false;
    *ms = at;
    return true;
}
