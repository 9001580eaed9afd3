/* The whole program of a layer linked alone; see meson.build beside it. */
int main(void)
{
    return 0;
}
