// Made with bzip2, which nothing here can write.

/** What `BZIP2` holds. */
export const BZIP2_TEXT: string = Array.from(
  { length: 8000 },
  (_, i) => `line ${i % 97} of a text that comes again\n`,
).join('')

/** Two streams: the first 150,000 bytes in blocks of 100 kB, the rest in blocks of 900 kB. */
export const BZIP2: Buffer = Buffer.from(
  'QlpoMTFBWSZTWWqLBuUAgB/ZgAAQQAB/4CvnjEBQA57wAAAgKAAAMmQUAAAZMgoAAAyZAmqqmmj29VU2kZAAKVU0AA0B' +
    'tR8hRTuiimcKKaQopiqKL3RyHxDyh9Ie0PEPeH1h1D7Q+IdQ0NDtDQ0NDQ0NDQ9YaGhoecNDQ0NDQ0PSGhoaGh3hoaGh' +
    'oaHeGhoZGRkeiMjIyMjrvDIyPNGRkZHqjIyMjtDIyMjIyMjI6RkZHlDIyMjIyMjIyOIxGRkZGRkZGR8qii9lRRfMOodQ' +
    '6h1DqHhHhHhHhHIaGhoaGhkZGRkcolaGh2hoaGRkZGRkdUStDQ0POGhkZGRkZHrRK0NDQ0O8MjIyMjI9KJWhoaGhkekM' +
    'jIyMjulK8kaGhoaGRkdQyMjtKlchyHIchxHEcR1DiPKVK5DkOQ5DiOI4jiOQS5DkOQ5DiOI4jiOIlC/CoovyqKLKFFPK' +
    'KKaQop2hRTEKKZwoplCimqFFMIop0+wopthRTFCinGFFMQopiFFOEKKfoUU2IUU1wop/MUFZJlNZdKxwBgAXcFmAABBA' +
    'AH/gK+eMQEADHAAAAKAAAMmQUAAAZMgoAAAyZAmqqJpP29VIhpGjeqP8UUX5UUX1Iov4oovSii6+47D6HYeR8D5H3H4H' +
    'Q/I+h0MMO4wwwwwww+ww0aPaNGjRo0aPcaNGjR4jRo0aNHgaNGjDD3GGGGHsMMMMMMPsMMMO4wwwwwww6GGHYYYYYYYY' +
    'YcGhhhhhhhh+pFF8SKLx+h0Oh7R1HUfI+R8j5HBhho0aMMMMORKww7jRo0fvyPI8jyORK8jyPMew8x5GGGGH2RVhho0e' +
    'Bhhhhh70VYYaNGHuMMMMPBSuwww0aMMOhhh3iVwcHI5HBwcHQ4O0SuDg5HI4ODg4OUi4ODkcjg4ODg5QoX7UUXwoou6i' +
    'i/pRRfxRRfiRRepFF9KKLvIouyii9KKL/VFF4UUXqUUXJFF6UUXpRRdKKL/pFF4pFF7SKL/xdyRThQkKG6fcwEJaaDkx' +
    'QVkmU1mwzfvzAF8r2YAAEEAAf+Ar54xAUAQd4AAACAUAAAZMgoAAAyZBQAABkyBNVUaDQAaD1AUqpDT29VU2kZAD3EKO' +
    'yQo7pCj7EKMVKivHuoyj4UdlHso8KPdR9VHSjpR9lHwo6UZRlHkoyjKMoyjKMoyj1UZRlGqPOo1RqjVGqNUao7qNUao1' +
    'Rqj0qNUZRlGUZR6KMoyjKMoyjuoyjKMoyjzUZRlGUZRlGUeqjKMoyjyUZRlGUZRlGUZR0oyjKOyjKMoyjKMoyjKMo4ox' +
    'RlGUZRlGUZRlHzJUV7SVFfKjpR0o6UdVHSjwo8KPCjwo4oyjKNUaoyjKMoyjKOFVMoyjyUao1RlGUZRlGUdFVMoyjVHm' +
    'o1RlGUZRlGUesgsoyjVGqPRRlGUZRlGUd0C9coyjVHmoyjuoyjKMoyj0KqdlGUZRqjKMoyjpRlGUeRVTijijlRxRxRxR' +
    'xR0o4o7FVOKOKOVHFHFHFHFHFHBFcUcUcqOKOKOKOKORWaQI0iFHpCGmqopLKIUaJCj7EKOyQowkKPEQo1pCjVEKMJCj' +
    'NIUbIhRgkKM0hRiIUYiFG+IUfkhRskhRkkKP4u5IpwoSFhm/fmA=',
  'base64',
)
