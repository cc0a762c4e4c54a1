# The sandbox's image: a Python and the agent, both compiled, and nothing else of ours.
#
# `grade` builds it by itself. It serves every base with a Python 3.11 or newer (an official
# image, a school's mirror of one, or the base that `grade` makes of the machine's own
# Python), so it may not count on a shell: every instruction is in the exec form. There are
# few of them, since some storage drivers take a second for each.
ARG BASE=python:3.12.8-slim-bookworm
FROM ${BASE}
WORKDIR /opt/grader
COPY grader grader
RUN ["python3", "-S", "-m", "grader.agent.prepare_image"]
ENTRYPOINT ["python3", "-S", "-c", "from grader.agent.main import main; main()"]
